import type { SiteView } from '../../../../../contract/people.schema'
import { defaultColour } from './colour'

const attribute = (text: string) => text.replace(/&/g, '&amp;').replace(/"/g, '&quot;').replace(/</g, '&lt;')

/** The line a page's owner pastes before `</body>`. */
export function embedSnippet(site: Pick<SiteView, 'key' | 'theme'>, origin: string): string {
  const { color, title } = site.theme
  const extra = [
    color && color.toLowerCase() !== defaultColour ? ` data-color="${color}"` : '',
    title ? ` data-label="${attribute(title)}"` : '',
  ].join('')
  return `<script async src="${origin}/widget.js" data-site="${site.key}"${extra}></script>`
}

/** How the host's server vouches for a person who is signed in there. */
export function identitySample(site: Pick<SiteView, 'key'>): string {
  return `// npm install jose
import { randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'

const secret = new TextEncoder().encode(process.env.BANGBAN_SITE_SECRET)

export function bangbanIdentity(user) {
  return new SignJWT({ name: user.name, phone: user.phone, site: '${site.key}' })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(String(user.id))
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(secret)
}`
}

export const identifyCall = `// In the page, after widget.js: hand over the token your server made.
const { token } = await fetch('/bangban-identity').then((r) => r.json())
window.Bangban ??= { q: [] }
window.Bangban.q.push(['identify', token])`
