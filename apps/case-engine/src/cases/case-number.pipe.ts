import { AssayError } from '@assay/kernel';
import { Injectable, type PipeTransform } from '@nestjs/common';
import { type CaseEngineErrorCode, notFound } from '../case-engine.errors.js';

/** Greatest value of a PostgreSQL integer: there is no case beyond it. */
const maxNumber = 2_147_483_647;

/** A case's number out of the address. Text is refused with 422, as SecureCase does it. */
@Injectable()
export class CaseNumberPipe implements PipeTransform<string, number> {
  transform(text: string): number {
    if (!/^[+-]?\d{1,30}$/.test(text)) {
      const code: CaseEngineErrorCode = 'cases.malformed-number';
      throw new AssayError('invalid', code, 'A case has a whole number', {
        fields: [
          { field: 'case_id', message: 'Input should be a valid integer, unable to parse string as an integer' },
        ],
      });
    }
    const number = Number(text);
    if (number < 1 || number > maxNumber) throw notFound('cases.no-such-case', 'Case not found');
    return number;
  }
}
