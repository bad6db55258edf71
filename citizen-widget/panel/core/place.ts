import { openKeep } from './storage'

const [, mode = 'help', siteKey = ''] = /\/(help|embed)\/([\w-]{1,64})/.exec(location.pathname) ?? []
const query = new URLSearchParams(location.search)

/** Where this panel runs, as its address tells it. */
export const place = {
  siteKey,
  isEmbedded: mode === 'embed' && window.parent !== window,
  hostOrigin: query.get('host'),
  lang: query.get('lang'),
  /** `dark` or `light` as the host page says; otherwise the device decides. */
  theme: query.get('theme'),
  /** A one-time code that brings a visitor session, or the code read out on the telephone. */
  code: query.get('resume') ?? query.get('code'),
  isResume: query.has('resume'),
  /** The signed link of a ticket. */
  follow: query.get('follow'),
}

const dropFromAddress = (names: readonly string[]) => {
  for (const name of names) query.delete(name)
  const rest = query.toString()
  history.replaceState(null, '', location.pathname + (rest ? `?${rest}` : ''))
}

/** Takes the one-time code out of the address, so that a reload or a shared link does not use it again. */
export function forgetCode() {
  place.code = null
  dropFromAddress(['resume', 'code'])
}

/** The ticket is left: a reload begins with the first screen. */
export function forgetFollow() {
  place.follow = null
  dropFromAddress(['follow'])
}

/** Lasts over visits: closing the page keeps the place in the queue. */
export const keep = openKeep(() => window.localStorage)
/** Lasts over reloads of this tab. */
export const tabKeep = openKeep(() => window.sessionStorage)

export const tokenKey = `bangban:${siteKey}:visitor`
