import { AssayError, type FieldError } from '@assay/kernel';
import { type ArgumentMetadata, Injectable, ValidationPipe, type ValidationPipeOptions } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import type { HttpErrorCode } from './http.errors.js';

const lenientKey = 'assay:ignores-unknown-fields';

/** A DTO of a dialect: fields that it does not know are dropped, where our own routes refuse them. */
export function IgnoresUnknownFields(): ClassDecorator {
  return (target) => Reflect.defineMetadata(lenientKey, true, target);
}

const options: ValidationPipeOptions = {
  transform: true,
  whitelist: true,
  forbidUnknownValues: true,
  validationError: { target: false, value: false },
  exceptionFactory: (errors) =>
    new AssayError<HttpErrorCode>('invalid', 'http.validation-failed', 'The request has fields that are wrong.', {
      fields: fieldErrorsOf(errors),
    }),
};

/** Checks what handlers take against their DTO classes; what is wrong is answered with 422 and one entry per field. */
@Injectable()
export class DtoValidationPipe extends ValidationPipe {
  private readonly lenient = new ValidationPipe(options);

  constructor() {
    super({ ...options, forbidNonWhitelisted: true });
  }

  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const isLenient = metadata.metatype !== undefined && Reflect.getMetadata(lenientKey, metadata.metatype) === true;
    // A body that is not there is an empty one: its missing fields are then named one by one.
    const given = value === undefined && metadata.type === 'body' ? {} : value;
    return isLenient ? this.lenient.transform(given, metadata) : super.transform(given, metadata);
  }
}

/** The errors of class-validator as fields: the name at the top, a JSON pointer (RFC 6901) for what lies deeper. */
export function fieldErrorsOf(errors: readonly ValidationError[], path: readonly string[] = []): FieldError[] {
  return errors.flatMap((error) => {
    const here = [...path, error.property];
    const field = here.length === 1 ? error.property : here.map((part) => `/${escaped(part)}`).join('');
    const own = Object.values(error.constraints ?? {}).map((message) => ({ field, message }));
    return [...own, ...fieldErrorsOf(error.children ?? [], here)];
  });
}

function escaped(part: string): string {
  return part.replaceAll('~', '~0').replaceAll('/', '~1');
}
