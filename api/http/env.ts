import type { HttpBindings } from '@hono/node-server'
import type { AgentActor, VisitorActor } from '../lib/actor'

/** What a request carries through the middleware. */
export interface AppEnv {
  Bindings: Partial<HttpBindings>
  Variables: {
    requestId: string
    actor: AgentActor | VisitorActor | null
  }
}
