import { Hono } from 'hono'
import { SignJWT } from 'jose'
import { findSiteByKey } from '../features/sites/sites.store'
import type { Deps } from '../lib/deps'
import { randomText } from '../lib/ids'
import { identifyScript, samplePage } from './page'
import { sampleStyle } from './style'

/** The person the sample page has signed in, as a real portal would know one. */
const citizen = { sub: 'citizen-20260001', name: '张桂兰', phone: '13900001234' }
const tokenSeconds = 300

/** What a host's server does for a signed-in visitor: a short-lived token signed with the site's secret. */
const mintIdentity = async (deps: Deps): Promise<string | null> => {
  const site = await deps.db.read((tx) => findSiteByKey(tx, 'demo'))
  if (!site) return null
  const seconds = Math.floor(deps.clock.now() / 1000)
  return new SignJWT({ name: citizen.name, phone: citizen.phone, site: site.key })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(citizen.sub)
    .setJti(randomText(24))
    .setExpirationTime(seconds + tokenSeconds)
    .sign(new TextEncoder().encode(site.secret))
}

/**
 * A sample page of somebody else's, served on the next port as a site of its own. Its policy is as strict as a
 * careful host's, so that the embed script is proved to need no more than its own origin.
 */
export const demoHostHandler = (deps: Deps): Hono => {
  const origin = new URL(deps.config.publicUrl).origin
  const policy = [
    "default-src 'self'",
    `script-src ${origin} 'self'`,
    `frame-src ${origin}`,
    "style-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
  const app = new Hono()
  app.use(async (c, next) => {
    await next()
    c.header('content-security-policy', policy)
    c.header('x-content-type-options', 'nosniff')
    c.header('referrer-policy', 'strict-origin-when-cross-origin')
    c.header('cache-control', 'no-store')
  })
  app.get('/', (c) => c.redirect('/demo/'))
  app.get('/demo', (c) => c.redirect('/demo/'))
  app.get('/demo/', (c) => c.html(samplePage({ origin: deps.config.publicUrl, person: null })))
  app.get('/demo/identified', async (c) => {
    const jwt = await mintIdentity(deps)
    return c.html(
      samplePage({ origin: deps.config.publicUrl, person: jwt ? { name: citizen.name, jwt } : null }),
    )
  })
  app.get('/demo/style.css', (c) => c.body(sampleStyle, 200, { 'content-type': 'text/css; charset=utf-8' }))
  app.get('/demo/identify.js', (c) =>
    c.body(identifyScript, 200, { 'content-type': 'text/javascript; charset=utf-8' }),
  )
  app.get('/favicon.ico', (c) => c.body(null, 204))
  app.notFound((c) => c.text('这里没有内容 Nothing here', 404))
  return app
}
