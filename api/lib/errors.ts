import { type ErrorCode, errorCodes } from '../../contract/error-codes'

/** A refusal with a stable code; the code decides the status. */
export class AppError extends Error {
  readonly status: number
  readonly retryAfter: number | undefined
  readonly errors: { path: string; message: string }[] | undefined
  constructor(
    readonly code: ErrorCode,
    detail: string,
    more: { retryAfter?: number; errors?: { path: string; message: string }[] } = {},
  ) {
    super(detail)
    this.status = errorCodes[code]
    this.retryAfter = more.retryAfter
    this.errors = more.errors
  }
}

/** Makes the error with `code`; `detail` says in English what happened. */
export const refuse = (
  code: ErrorCode,
  detail: string,
  more?: { retryAfter?: number; errors?: { path: string; message: string }[] },
): AppError => new AppError(code, detail, more)

/** Answers every refusal of `work` as if nothing were there; what is no refusal stays what it is. */
export const hiding = async <T>(work: Promise<T>, notFound: () => AppError): Promise<T> => {
  try {
    return await work
  } catch (error) {
    throw error instanceof AppError ? notFound() : error
  }
}
