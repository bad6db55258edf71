import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { serveStatic } from '@hono/node-server/serve-static'
import type { OpenAPIHono } from '@hono/zod-openapi'
import type { Context } from 'hono'
import { findSiteByKey } from '../features/sites/sites.store'
import type { Deps } from '../lib/deps'
import { refuse } from '../lib/errors'
import { projectRoot } from '../lib/project'
import { hostOfRequest } from './authenticate'
import type { AppEnv } from './env'
import { fromVite, viteRoutes } from './vite'

const dist = join(projectRoot, 'dist')
const swagger = join(projectRoot, 'node_modules/swagger-ui-dist')

/** One policy per page: `frameAncestors` says who may embed it. */
const policy = (connect: string, frameAncestors: string) =>
  [
    "default-src 'self'",
    "script-src 'self'",
    // Accessible primitives measure and place with injected styles.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' blob: data:",
    "media-src 'self' blob:",
    `connect-src 'self'${connect}`,
    "worker-src 'self' blob:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    `frame-ancestors ${frameAncestors}`,
  ].join('; ')

/**
 * Where pages may connect to besides our own origin: its web sockets, which not every browser counts as `self`,
 * and a LiveKit server of its own, which is also asked by plain HTTP why a socket failed.
 */
export const connectsTo = (c: Context<AppEnv>, deps: Deps): string => {
  const { host, isSecure } = hostOfRequest(c, deps)
  // It comes from the request: only what is a host goes into the header.
  const own = /^[\w.:[\]-]+$/.test(host) ? [`${isSecure ? 'wss' : 'ws'}://${host}`] : []
  const livekit = deps.config.livekit?.publicUrl
  const others = livekit && URL.canParse(livekit) ? originsOf(new URL(livekit)) : []
  // Under development Vite tells the open page what was saved, from its own ports.
  const dev = Object.values(deps.config.devPorts ?? {}).map((port) => `ws://127.0.0.1:${port}`)
  return [...own, ...others, ...dev].map((each) => ` ${each}`).join('')
}

const originsOf = ({ protocol, host }: URL): string[] =>
  protocol === 'wss:' || protocol === 'https:'
    ? [`wss://${host}`, `https://${host}`]
    : [`ws://${host}`, `http://${host}`]

const devices =
  'camera=(self), microphone=(self), display-capture=(self), fullscreen=(self), geolocation=(self)'

const html = (c: Context<AppEnv>, file: string, csp: string): Response => {
  if (!existsSync(file)) throw refuse('request.unavailable', 'The front-end is not built yet: run npm start.')
  return htmlOf(c, readFileSync(file, 'utf8'), csp)
}

const htmlOf = (c: Context<AppEnv>, text: string, csp: string): Response =>
  new Response(text, {
    headers: {
      'content-type': 'text/html; charset=utf-8',
      'content-security-policy': csp,
      'permissions-policy': devices,
      'cache-control': 'no-cache',
      'x-request-id': c.get('requestId'),
    },
  })

/** Hashed assets never change; everything else is asked for again. */
const assets = (app: OpenAPIHono<AppEnv>, path: string, root: string) =>
  app.use(
    `${path}/*`,
    serveStatic({
      root,
      rewriteRequestPath: (requested) => requested.slice(path.length),
      onFound: (_file, c) =>
        c.header(
          'cache-control',
          /\/assets\//.test(c.req.path) ? 'public, max-age=31536000, immutable' : 'no-cache',
        ),
    }),
  )

/** The front-ends: console, panel, embed script, API viewer. */
export const pageRoutes = (app: OpenAPIHono<AppEnv>, deps: Deps): void => {
  app.get('/', (c) => c.redirect('/console/'))
  app.get('/console', (c) => c.redirect('/console/'))
  const { devPorts } = deps.config
  const page = async (c: Context<AppEnv>, part: 'console' | 'panel', csp: string) =>
    devPorts
      ? htmlOf(c, await (await fromVite(c, devPorts[part], `/${part}/`)).text(), csp)
      : html(c, join(dist, part, 'index.html'), csp)
  const consolePage = (c: Context<AppEnv>) => page(c, 'console', policy(connectsTo(c, deps), "'none'"))
  app.get('/console/', consolePage)
  if (devPorts) viteRoutes(app, devPorts)
  else for (const part of ['console', 'panel']) assets(app, `/${part}`, join(dist, part))
  // Addresses of the console's own router.
  app.get('/console/*', consolePage)

  app.get('/help/:key', async (c) => {
    await requireSite(deps, c.req.param('key'))
    return page(c, 'panel', policy(connectsTo(c, deps), "'none'"))
  })
  app.get('/embed/:key', async (c) => {
    const site = await requireSite(deps, c.req.param('key'))
    return page(
      c,
      'panel',
      policy(connectsTo(c, deps), site.origins.length > 0 ? site.origins.join(' ') : "'none'"),
    )
  })
  app.get('/widget.js', (c) => {
    const file = join(dist, 'loader/widget.js')
    if (!existsSync(file))
      throw refuse('request.unavailable', 'The front-end is not built yet: run npm start.')
    return c.body(readFileSync(file, 'utf8'), 200, {
      'content-type': 'text/javascript; charset=utf-8',
      'cache-control': 'public, max-age=300',
      // Embedded by other sites' pages, which may ask for isolation.
      'cross-origin-resource-policy': 'cross-origin',
      'access-control-allow-origin': '*',
    })
  })
  app.get('/demo/*', (c) => c.redirect(demoUrl(deps, c.req.path)))
  app.get('/demo', (c) => c.redirect(demoUrl(deps, '/demo/')))
  viewerRoutes(app)
}

/** The sample page lives on another site: host `localhost`, next port. */
export const demoUrl = (deps: Pick<Deps, 'config'>, path: string): string => {
  const own = new URL(deps.config.publicUrl)
  const host = own.hostname === '127.0.0.1' ? 'localhost' : own.hostname
  return `${own.protocol}//${host}:${deps.config.port + 1}${path}`
}

const requireSite = async (deps: Deps, key: string) => {
  const site = await deps.db.read((tx) => findSiteByKey(tx, key))
  if (!site?.isActive) throw refuse('sites.not_found', 'There is no such site.')
  return site
}

const viewerPage = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Bangban API</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css"><div id="viewer"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script><script src="/api/docs/start.js"></script></html>`

const viewerRoutes = (app: OpenAPIHono<AppEnv>): void => {
  app.get('/api/docs', (c) => c.html(viewerPage, 200, { 'content-security-policy': policy('', "'none'") }))
  app.get('/api/docs/start.js', (c) =>
    c.body("SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#viewer' })\n", 200, {
      'content-type': 'text/javascript',
    }),
  )
  app.get('/api/docs/:file{swagger-ui(-bundle)?\\.(css|js)}', (c) => {
    const file = c.req.param('file')
    return c.body(readFileSync(join(swagger, file), 'utf8'), 200, {
      'content-type': file.endsWith('.css') ? 'text/css' : 'text/javascript',
      'cache-control': 'public, max-age=86400',
    })
  })
}
