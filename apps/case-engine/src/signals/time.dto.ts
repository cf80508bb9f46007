import { ValidateBy } from 'class-validator';
import { momentOf } from './moment.js';

/** A time of ISO 8601, as `momentOf` reads it. */
export function IsTime(): PropertyDecorator {
  return ValidateBy({
    name: 'isTime',
    validator: {
      validate: (value: unknown) => typeof value === 'string' && momentOf(value) !== null,
      defaultMessage: () => '$property must be a time of ISO 8601',
    },
  });
}
