import type { HttpBindings } from '@hono/node-server'
import type { Caller } from '../lib/actor'

/** What a request carries through the middleware. */
export interface AppEnv {
  Bindings: Partial<HttpBindings>
  Variables: {
    requestId: string
    actor: Caller | null
  }
}
