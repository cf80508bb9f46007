/** A browser's `EventSource`: the events of a stream, whose data is JSON. */
export class EventStream {
  readonly events: Record<string, unknown>[] = [];
  private readonly left = new AbortController();

  /** @throws Error for a stream that is refused */
  static async open(url: string, headers: Record<string, string> = {}): Promise<EventStream> {
    const stream = new EventStream();
    const response = await fetch(url, { headers, signal: stream.left.signal });
    if (response.status !== 200) throw new Error(`the stream answers ${response.status}: ${await response.text()}`);
    void stream.read(response);
    return stream;
  }

  get phases(): unknown[] {
    return this.events.map(({ phase }) => phase);
  }

  close(): void {
    this.left.abort();
  }

  private async read({ body }: Response): Promise<void> {
    const decoder = new TextDecoder();
    let text = '';
    try {
      for await (const chunk of body ?? []) {
        text += decoder.decode(chunk as Uint8Array, { stream: true });
        const whole = text.split('\n\n');
        text = whole.pop() ?? '';
        for (const event of whole) {
          if (event.startsWith('data: ')) this.events.push(JSON.parse(event.slice(6)) as Record<string, unknown>);
        }
      }
    } catch {
      // Left, or the gateway ended: what was seen is what counts.
    }
  }
}
