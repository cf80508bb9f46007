import { AssayError, type FieldError } from '@assay/kernel';
import { type ArgumentMetadata, Injectable, ValidationPipe, type ValidationPipeOptions } from '@nestjs/common';
import type { ValidationError } from 'class-validator';
import type { HttpErrorCode } from './http.errors.js';
import { fieldName, refuseUnusable } from './parsed-value.js';

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
    if (metadata.type !== 'custom') refuseUnusable(value);
    const isLenient = metadata.metatype !== undefined && Reflect.getMetadata(lenientKey, metadata.metatype) === true;
    // A body that is not there is an empty one: its missing fields are then named one by one.
    const given = value === undefined && metadata.type === 'body' ? {} : value;
    return isLenient ? this.lenient.transform(given, metadata) : super.transform(given, metadata);
  }
}

/** The errors of class-validator as fields. */
export function fieldErrorsOf(errors: readonly ValidationError[], path: readonly string[] = []): FieldError[] {
  return errors.flatMap((error) => {
    // What is no object at all has errors without a property, whatever the type says: they are of what holds it.
    const property: string | undefined = error.property;
    const here = property === undefined ? path : [...path, property];
    const field = fieldName(here);
    const own = Object.values(error.constraints ?? {}).map((message) => ({ field, message }));
    return [...own, ...fieldErrorsOf(error.children ?? [], here)];
  });
}
