import { createRoute, type OpenAPIHono, type z } from '@hono/zod-openapi'
import type { Context, MiddlewareHandler } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import { problem } from '../../contract/common.schema'
import type { KeyScope } from '../../contract/keys.rules'
import type { Permission } from '../../contract/permissions.rules'
import type { Tx } from '../../drizzle/database'
import type { AgentActor, FollowActor, KeyActor, VisitorActor } from '../lib/actor'
import { requirePermission, requireRoot } from '../lib/actor'
import type { Deps } from '../lib/deps'
import { refuse } from '../lib/errors'
import { sha256 } from '../lib/ids'
import { addressOf, limitKeyOf } from './address'
import { identify, identifyCitizen, refuseForeignOrigin } from './authenticate'
import type { AppEnv } from './env'
import { forgetAnswer, recallAnswer, rememberAnswer, repeatOf } from './idempotency'
import { createLimiter, type Limit } from './limits'
import { answerProblem, issuesOf } from './problem'

export type App = OpenAPIHono<AppEnv>

const maxJsonBytes = 131_072
const refuseLarge = (): never => {
  throw refuse('request.too_large', 'At most 128 KiB of JSON.')
}
const answerContent = (schema: z.ZodType) => ({ 'application/json': { schema } })
const countJson = bodyLimit({ maxSize: maxJsonBytes, onError: refuseLarge })

/**
 * `citizen`: a visitor, or the holder of a follow session; they come as a FollowActor. `agent_or_key`: agents
 * and, where `scope` is theirs, keys of other programs; `key`: these alone; `any` takes no keys.
 */
type Auth = 'public' | 'agent' | 'visitor' | 'any' | 'citizen' | 'agent_or_key' | 'key'
type ActorOf<A extends Auth> = A extends 'agent'
  ? AgentActor
  : A extends 'visitor'
    ? VisitorActor
    : A extends 'any'
      ? AgentActor | VisitorActor
      : A extends 'citizen'
        ? FollowActor
        : A extends 'agent_or_key'
          ? AgentActor | KeyActor
          : A extends 'key'
            ? KeyActor
            : null
type Method = 'get' | 'post' | 'put' | 'patch' | 'delete'
type Out<S> = S extends z.ZodType ? z.output<S> : undefined

export interface RouteSpec<A extends Auth, P, Q, B, R extends z.ZodType> {
  method: Method
  /** OpenAPI form, for example `/consultations/{id}/accept`, below /api/v1. */
  path: string
  summary: string
  auth: A
  /** Agents without it get 403. */
  permission?: Permission
  /** Keys without it get 403; for `agent_or_key` and `key`. */
  scope?: KeyScope
  /** It sets what holds for everybody: agents below the topmost department get 403. */
  isOrganisationWide?: boolean
  /** How often one caller may ask; 429 with Retry-After beyond that. */
  limit?: Limit
  params?: P
  query?: Q
  body?: B
  response: R
  status?: 200 | 201 | 202
  /** Where the answer decides between two: `status` is for something new, this for what was there. */
  statusOf?: (answer: unknown) => 200 | 201
}

export interface Call<A extends Auth, P, Q, B> {
  actor: ActorOf<A>
  params: Out<P>
  query: Out<Q>
  body: Out<B>
  c: Context<AppEnv>
  deps: Deps
}

/** Every declared route: the source of the role × route matrix and of 405 answers. */
export interface RouteRecord {
  method: string
  path: string
  auth: Auth
  permission: Permission | null
  scope?: KeyScope | null
  isOrganisationWide?: boolean
}

/** How each is declared in the OpenAPI document. */
const securityOf: Record<Auth, Record<string, string[]>[]> = {
  public: [],
  agent: [{ session: [] }],
  visitor: [{ visitor: [] }],
  citizen: [{ visitor: [] }],
  any: [{ session: [] }, { visitor: [] }],
  agent_or_key: [{ session: [] }, { key: [] }],
  key: [{ key: [] }],
}

const admits: Record<Auth, readonly (AgentActor | VisitorActor | KeyActor)['kind'][]> = {
  public: [],
  agent: ['agent'],
  visitor: ['visitor'],
  any: ['agent', 'visitor'],
  citizen: ['visitor'],
  agent_or_key: ['agent', 'key'],
  key: ['key'],
}

/** Declares routes on one application; all go through authentication, validation and problem documents. */
export const createRouter = (app: App, deps: Deps) => {
  const records: RouteRecord[] = []
  const keyLimits = new Map<number, ReturnType<typeof createLimiter>>()
  const countKey = (key: KeyActor): Promise<void> => {
    const limit = keyLimits.get(key.perMinute) ?? createLimiter({ points: key.perMinute, seconds: 60 })
    keyLimits.set(key.perMinute, limit)
    return limit.take(key.id)
  }

  const guard =
    (
      auth: Auth,
      permission: Permission | undefined,
      method: Method,
      { scope, isOrganisationWide }: Pick<RouteRecord, 'scope' | 'isOrganisationWide'> = {},
    ): MiddlewareHandler<AppEnv> =>
    async (c, next) => {
      const actor =
        auth === 'public' ? null : await (auth === 'citizen' ? identifyCitizen(c, deps) : identify(c, deps))
      if (auth !== 'public' && !actor) throw refuse('auth.required', 'Please sign in.')
      if (actor && !admits[auth].includes(actor.kind))
        throw refuse('auth.forbidden', `This is for ${admits[auth].join('s and ')}s.`)
      if (actor?.kind === 'key') {
        if (!scope || !actor.scopes.has(scope))
          throw refuse('auth.forbidden', `This needs a key with the scope ${scope}.`)
        await countKey(actor)
      }
      if (actor?.kind === 'agent' && method !== 'get') refuseForeignOrigin(c, deps)
      if (permission && actor?.kind === 'agent') requirePermission(actor, permission)
      if (isOrganisationWide && actor) requireRoot(actor)
      c.set('actor', actor)
      await next()
    }

  const requireJson: MiddlewareHandler<AppEnv> = async (c, next) => {
    const type = c.req.header('content-type') ?? ''
    if (!/^application\/json\s*(;|$)/i.test(type))
      throw refuse('request.unsupported_type', 'Send application/json.')
    const length = c.req.header('content-length')
    // A chunked body does not say how long it is: it is counted while it is read.
    if (length === undefined) return countJson(c, next)
    if (Number(length) > maxJsonBytes) refuseLarge()
    await next()
  }

  const declare = <A extends Auth, P, Q, B, R extends z.ZodType>(
    spec: RouteSpec<A, P, Q, B, R>,
    run: (call: Call<A, P, Q, B>) => Promise<unknown>,
  ): void => {
    records.push({
      method: spec.method.toUpperCase(),
      path: spec.path,
      auth: spec.auth,
      permission: spec.permission ?? null,
      scope: spec.scope ?? null,
      isOrganisationWide: spec.isOrganisationWide ?? false,
    })
    const status = spec.status ?? 200
    const limiter = spec.limit ? createLimiter(spec.limit) : null
    const countCaller: MiddlewareHandler<AppEnv>[] = limiter
      ? [
          async (c, next) => {
            await limiter.take(c.get('actor')?.id ?? limitKeyOf(addressOf(c, deps)))
            await next()
          },
        ]
      : []
    const route = createRoute({
      method: spec.method,
      path: spec.path,
      summary: spec.summary,
      tags: [spec.path.split('/')[1] ?? 'api'],
      security: securityOf[spec.auth],
      middleware: [
        guard(spec.auth, spec.permission, spec.method, spec),
        ...countCaller,
        ...(spec.body ? [requireJson] : []),
      ],
      request: {
        ...(spec.params ? { params: spec.params as unknown as z.ZodObject } : {}),
        ...(spec.query ? { query: spec.query as unknown as z.ZodObject } : {}),
        ...(spec.body
          ? {
              body: {
                required: true,
                content: { 'application/json': { schema: spec.body as unknown as z.ZodType } },
              },
            }
          : {}),
      },
      responses: {
        ...(spec.statusOf
          ? { 200: { description: 'It is there already', content: answerContent(spec.response) } }
          : {}),
        [status]: { description: spec.summary, content: answerContent(spec.response) },
        default: {
          description: 'A problem (RFC 9457)',
          content: { 'application/problem+json': { schema: problem } },
        },
      },
    })
    app.openapi(
      route,
      async (c) => {
        const valid = (part: 'param' | 'query' | 'json') =>
          (c.req as unknown as { valid(part: string): unknown }).valid(part)
        const result = await run({
          actor: c.get('actor') as ActorOf<A>,
          params: (spec.params ? valid('param') : undefined) as Out<P>,
          query: (spec.query ? valid('query') : undefined) as Out<Q>,
          body: (spec.body ? valid('json') : undefined) as Out<B>,
          c: c as unknown as Context<AppEnv>,
          deps,
        })
        return c.json(result as object, (spec.statusOf?.(result) ?? status) as 200) as never
      },
      (result, c) => {
        if (!result.success) {
          const place = result.target === 'json' ? 'body' : result.target
          // An id in the path that is not even of the right form names nothing.
          const isPath = result.target === 'param'
          const error = isPath
            ? refuse('request.not_found', 'There is nothing at this address.')
            : refuse('request.invalid', 'The request is not of the expected shape.', {
                errors: issuesOf(result.error as never, place),
              })
          return answerProblem(error, c as unknown as Context<AppEnv>, deps.logger) as never
        }
      },
    )
  }

  /** Where the answer to this Idempotency-Key is kept, and what the request was; null without a key. */
  const repeatedCall = <A extends Auth, P, Q, B>(call: Call<A, P, Q, B>) => {
    const key = call.c.req.header('idempotency-key')
    if (key === undefined) return null
    const callerId = call.c.get('actor')?.id ?? `public:${call.c.req.header('host') ?? ''}`
    return {
      place: repeatOf(key, callerId, call.c.req.method, call.c.req.path),
      fingerprint: sha256(JSON.stringify([call.params ?? null, call.query ?? null, call.body ?? null])),
    }
  }

  return {
    records,
    deps,
    app,
    /** A request that reads in one snapshot. */
    read: <A extends Auth, P, Q, B, R extends z.ZodType>(
      spec: RouteSpec<A, P, Q, B, R>,
      handler: (tx: Tx, call: Call<A, P, Q, B>) => Promise<z.input<R>>,
    ): void => declare(spec, (call) => deps.db.read((tx) => handler(tx, call))),

    /** A request that needs no transaction of its own kind. */
    plain: <A extends Auth, P, Q, B, R extends z.ZodType>(
      spec: RouteSpec<A, P, Q, B, R>,
      handler: (call: Call<A, P, Q, B>) => Promise<z.input<R>>,
    ): void => declare(spec, handler),

    /**
     * A command: one write transaction, with the answer kept under `Idempotency-Key` in the same one.
     * `after` turns the result into the answer once it is committed (network is allowed there); a repeat
     * runs only `after`.
     */
    write: <A extends Auth, P, Q, B, R extends z.ZodType, T = z.input<R>>(
      spec: RouteSpec<A, P, Q, B, R>,
      handler: (tx: Tx, call: Call<A, P, Q, B>) => Promise<T>,
      after?: (result: T, call: Call<A, P, Q, B>) => Promise<z.input<R>>,
    ): void =>
      declare(spec, async (call) => {
        const repeat = repeatedCall(call)
        const result = await deps.db.write(async (tx) => {
          const earlier = repeat ? await recallAnswer(tx, repeat.place, repeat.fingerprint) : null
          if (earlier) return earlier.body as T
          const fresh = await handler(tx, call)
          if (repeat) await rememberAnswer(tx, repeat.place, repeat.fingerprint, fresh, deps.clock.now())
          return fresh
        })
        return after ? after(result, call) : result
      }),

    /**
     * A command of several transactions, each of which may stand alone. Its answer is kept once all are done: a
     * repeat of one that was broken off does what is left.
     */
    steps: <A extends Auth, P, Q, B, R extends z.ZodType>(
      spec: RouteSpec<A, P, Q, B, R>,
      handler: (call: Call<A, P, Q, B>) => Promise<z.input<R>>,
    ): void =>
      declare(spec, async (call) => {
        const repeat = repeatedCall(call)
        if (!repeat) return handler(call)
        const { place, fingerprint } = repeat
        const earlier = await deps.db.read((tx) => recallAnswer(tx, place, fingerprint))
        if (earlier) return earlier.body
        const fresh = await handler(call)
        return deps.db.write(async (tx) => {
          const meanwhile = await recallAnswer(tx, place, fingerprint)
          if (meanwhile) return meanwhile.body
          await rememberAnswer(tx, place, fingerprint, fresh, deps.clock.now())
          return fresh
        })
      }),

    /** Registers a route handled by hand (streams, uploads) for the matrix and 405. */
    note: (record: RouteRecord) => records.push(record),
    guard,
    forgetAnswers: forgetAnswer,
  }
}

export type Router = ReturnType<typeof createRouter>
