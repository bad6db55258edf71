import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import type { AppEnv } from './env'

type Ports = { console: number; panel: number }

/** What Vite decides by: whether a style sheet is asked for by a page or by a script, and what is cached. */
const passedOn = ['accept', 'sec-fetch-dest', 'if-none-match']

/** Asks one of Vite's servers, which `npm run dev` starts beside us. */
export const fromVite = (c: Context<AppEnv>, port: number, pathAndQuery: string): Promise<Response> => {
  const headers = new Headers()
  for (const name of passedOn) {
    const value = c.req.header(name)
    if (value) headers.set(name, value)
  }
  return fetch(`http://127.0.0.1:${port}${pathAndQuery}`, { headers, redirect: 'manual' })
}

/** Passes scripts and styles on as Vite makes them, so that a page under development keeps our one origin. */
export const viteRoutes = (app: OpenAPIHono<AppEnv>, ports: Ports): void => {
  for (const part of ['console', 'panel'] as const)
    app.get(`/${part}/*`, async (c, next) => {
      // Not a file but an address of the page's own router.
      if (c.req.header('sec-fetch-dest') === 'document') return next()
      const { pathname, search } = new URL(c.req.url)
      const answer = await fromVite(c, ports[part], pathname + search)
      const headers = new Headers()
      for (const name of ['content-type', 'etag', 'cache-control']) {
        const value = answer.headers.get(name)
        if (value) headers.set(name, value)
      }
      return new Response(answer.body, { status: answer.status, headers })
    })
}
