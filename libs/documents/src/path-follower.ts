import { refuse } from './documents.errors.js';
import { Byte, nameOf } from './json-bytes.js';
import type { StructureListener } from './json-guard.js';
import type { PathStep } from './pick-paths.js';

/** The types of JSON, as error messages name them. */
export type JsonType = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';

/** What a picker does with what it finds. */
export interface PickSink {
  /** A name begins, with its opening quote. */
  openName(offset: number): void;
  /** A wanted value begins. */
  openValue(offset: number, path: string): void;
  /** The open name has ended; gives its bytes, quotes included. */
  closeName(offset: number): Uint8Array;
  /** The open value has ended. `at` is what the wildcards of the path stood for. */
  closeValue(offset: number, path: string, at: PlacesInPath): void;
  /** At `path` there is no array or object to look into. */
  wrongType(path: string, type: JsonType, at: PlacesInPath): void;
}

/** What each wildcard of a path stood for, from the root on: the place in an array, from 0, or the name of a member. */
export type PlacesInPath = readonly (number | string)[];

/** A container that is being looked into. */
interface Frame {
  readonly step: PathStep;
  readonly isArray: boolean;
  /** Items seen so far. */
  count: number;
  /** The step of the member whose value comes next. */
  member: PathStep | undefined;
  /** Its name, where every member is looked at. */
  name: string;
  /** Members met that are looked into item by item; made when first needed. */
  entered: Set<PathStep> | undefined;
}

/** Follows the tree of paths through the structure of a document and tells the sink what lies at each. */
export class PathFollower implements StructureListener {
  watchedDepth = 0;
  private readonly frames: Frame[] = [];
  private capturing: PathStep | undefined;

  constructor(
    private readonly root: PathStep,
    private readonly sink: PickSink,
  ) {}

  keyStarts(offset: number): void {
    this.sink.openName(offset);
  }

  keyEnds(offset: number): void {
    const frame = this.frames.at(-1)!;
    const name = nameOf(this.sink.closeName(offset));
    if (frame.step.anyMember !== undefined) {
      frame.member = frame.step.anyMember;
      frame.name = name;
      return;
    }
    frame.member = frame.step.members.get(name);
    if (frame.member !== undefined && !frame.member.wanted) this.enterOnce(frame, frame.member);
  }

  valueStarts(offset: number, depth: number, firstByte: number): void {
    const step = this.nextStep();
    if (step === undefined) return;
    if (step.wanted) {
      this.capturing = step;
      this.sink.openValue(offset, step.path);
      return;
    }
    const type = typeOf(firstByte);
    const expected = step.items === undefined ? 'object' : 'array';
    if (type !== expected) {
      this.sink.wrongType(step.path, type, this.places());
      return;
    }
    this.frames.push({ step, isArray: type === 'array', count: 0, member: undefined, name: '', entered: undefined });
    this.watchedDepth = depth + 1;
  }

  valueEnds(offset: number, depth: number): void {
    if (depth < this.watchedDepth) {
      this.frames.pop();
      this.watchedDepth = depth;
    }
    if (this.capturing === undefined) return;
    this.sink.closeValue(offset, this.capturing.path, this.places());
    this.capturing = undefined;
  }

  /** What the wildcards on the way to the value stand for. */
  private places(): PlacesInPath {
    const places: (number | string)[] = [];
    for (const frame of this.frames) {
      if (frame.isArray) places.push(frame.count - 1);
      else if (frame.step.anyMember !== undefined) places.push(frame.name);
    }
    return places;
  }

  /** The step that the value beginning now stands for, if anybody asked for it. */
  private nextStep(): PathStep | undefined {
    const frame = this.frames.at(-1);
    if (frame === undefined) return this.root;
    if (!frame.isArray) return frame.member;
    frame.count++;
    return frame.step.items;
  }

  /**
   * What has been handed out can't be taken back, so that of two `components` the last could not win, as it does
   * everywhere else. Such a document means different things to different readers anyway: it is refused.
   */
  private enterOnce(frame: Frame, member: PathStep): void {
    frame.entered ??= new Set();
    if (frame.entered.has(member)) {
      throw refuse('documents.duplicate-key', `The document has "${member.path}" more than once.`);
    }
    frame.entered.add(member);
  }
}

function typeOf(firstByte: number): JsonType {
  switch (firstByte) {
    case Byte.openBrace:
      return 'object';
    case Byte.openBracket:
      return 'array';
    case Byte.quote:
      return 'string';
    case 0x74:
    case 0x66:
      return 'boolean';
    case 0x6e:
      return 'null';
    default:
      return 'number';
  }
}
