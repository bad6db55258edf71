import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { ZodError } from 'zod'
import type { Problem } from '../../contract/common.schema'
import { AppError, refuse } from '../lib/errors'
import type { Logger } from '../lib/logger'
import type { AppEnv } from './env'

/** Zod's issues as paths and messages of a problem document. */
export const issuesOf = (error: ZodError, place: string): { path: string; message: string }[] =>
  error.issues
    .flatMap(nearest)
    .slice(0, 50)
    .map((issue) => ({ path: [place, ...issue.path.map(String)].join('.'), message: issue.message }))

/** Of several possible forms, what is wrong with the one that comes nearest. */
const nearest = (issue: ZodError['issues'][number]): ZodError['issues'] => {
  if (issue.code !== 'invalid_union' || issue.errors.length === 0) return [issue]
  const [fewest] = [...issue.errors].sort((a, b) => a.length - b.length)
  return (fewest ?? []).map((each) => ({ ...each, path: [...issue.path, ...each.path] }))
}

const fromHttpException = (error: HTTPException): AppError => {
  if (error.status === 400) return refuse('request.malformed', 'The body is not valid JSON.')
  if (error.status === 413) return refuse('request.too_large', 'The body is too large.')
  return refuse('request.internal', 'Something went wrong on our side.')
}

/** The one place where errors become answers; anything unknown is logged and told without detail. */
export const answerProblem = (error: Error, c: Context<AppEnv>, logger: Logger): Response => {
  const known =
    error instanceof AppError
      ? error
      : error instanceof HTTPException
        ? fromHttpException(error)
        : error instanceof ZodError
          ? refuse('request.invalid', 'The request is not of the expected shape.', {
              errors: issuesOf(error, 'body'),
            })
          : null
  if (!known) logger.error({ err: error, requestId: c.get('requestId'), path: c.req.path }, 'request failed')
  const problem = known ?? refuse('request.internal', 'Something went wrong on our side.')
  const body: Problem = {
    type: `urn:bangban:problem:${problem.code}`,
    title: problem.code,
    status: problem.status,
    code: problem.code,
    detail: problem.message,
    requestId: c.get('requestId') ?? '',
    ...(problem.retryAfter === undefined ? {} : { retryAfter: problem.retryAfter }),
    ...(problem.errors ? { errors: problem.errors } : {}),
  }
  const headers: Record<string, string> = {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
  }
  if (problem.retryAfter !== undefined) headers['retry-after'] = String(Math.ceil(problem.retryAfter))
  return new Response(JSON.stringify(body), { status: problem.status, headers })
}
