/**
 * The embed script: a button, and the panel's iframe on its first click. No dependencies, no globals but
 * `window.Bangban`; the 3 KB it may weigh are checked.
 */
import { type LoaderOptions, readOptions } from './loader-options'
import { LOADER_CSS } from './loader-style'
import { type HostMessage, readPanelMessage, seal } from './messages'

type Listener = (payload: unknown) => void
type Call = [method: string, ...args: unknown[]]
interface Kept {
  live?: boolean
  open?: boolean
  resume?: string | null
}

interface BangbanApi {
  open(): void
  close(): void
  toggle(): void
  /** Events: ready, open, close, unread, live, and those the panel names (identity-needed). Returns the unsubscribe function. */
  on(event: string, listener: Listener): () => void
  /** A short-lived token signed by the host's server with the site's secret. */
  identify(jwt: string): void
  destroy(): void
  q: { push(call: Call): void }
}

declare global {
  interface Window {
    Bangban?: BangbanApi | { q: Call[] }
  }
}

const ICON = 'M4 5.5h16v11h-8l-5 4v-4H4zM8.5 11h.01M12 11h.01M15.5 11h.01'
const CROSS = 'M6 6l12 12M18 6 6 18'
const ALLOW = 'camera; microphone; display-capture; fullscreen; clipboard-write; geolocation; autoplay'

/** What outlives a reload of the host page; a page that denies storage simply keeps nothing. */
function keeper(site: string) {
  const key = `bangban:${site}`
  const read = (): Kept => {
    try {
      return JSON.parse(sessionStorage.getItem(key) ?? '{}') as Kept
    } catch {
      return {}
    }
  }
  let kept = read()
  return {
    get: () => kept,
    set(change: Kept) {
      kept = { ...kept, ...change }
      try {
        sessionStorage.setItem(key, JSON.stringify(kept))
      } catch {
        // Storage denied: `kept` in memory serves until the page goes.
        return
      }
    },
  }
}

function makeButton(o: LoaderOptions) {
  const svgNs = 'http://www.w3.org/2000/svg'
  const button = document.createElement('button')
  button.type = 'button'
  button.dataset.bangban = 'launcher'
  button.className = o.side[0] as string
  button.setAttribute('aria-expanded', 'false')
  button.setAttribute('aria-haspopup', 'dialog')
  const svg = document.createElementNS(svgNs, 'svg')
  svg.setAttribute('viewBox', '0 0 24 24')
  svg.setAttribute('aria-hidden', 'true')
  const path = svg.appendChild(document.createElementNS(svgNs, 'path'))
  const badge = document.createElement('b')
  badge.hidden = true
  button.append(svg, o.label, badge)
  const paint = (open: boolean, unread: number) => {
    path.setAttribute('d', open ? CROSS : ICON)
    button.setAttribute('aria-expanded', String(open))
    badge.hidden = unread === 0
    badge.textContent = unread > 99 ? '99+' : String(unread)
    const news = o.lang === 'en' ? `, ${unread} unread` : `，${unread} 条未读`
    button.setAttribute('aria-label', o.label + (unread ? news : ''))
    button.title = o.label
  }
  paint(false, 0)
  return { button, paint }
}

function makeFrame(o: LoaderOptions) {
  const frame = document.createElement('iframe')
  frame.dataset.bangban = 'panel'
  frame.title = o.label
  frame.allow = ALLOW
  frame.className = `${o.side[0]} off`
  frame.src = o.panelUrl
  return frame
}

function makeRoot(o: LoaderOptions) {
  const host = document.createElement('div')
  host.style.setProperty('--c', o.color ?? '#0b6e63')
  host.style.setProperty('--o', `${o.offset}px`)
  const root = host.attachShadow({ mode: 'open' })
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(LOADER_CSS)
  root.adoptedStyleSheets = [sheet]
  return { host, root }
}

function start(o: LoaderOptions, queued: Call[]) {
  const kept = keeper(o.site)
  const listeners = new Map<string, Set<Listener>>()
  const { host, root } = makeRoot(o)
  const { button, paint } = makeButton(o)
  let frame: HTMLIFrameElement | null = null
  let isReady = false
  let isOpen = false
  let unread = 0
  let jwt: string | null = null

  const emit = (event: string, payload?: unknown) => {
    for (const fn of listeners.get(event) ?? []) fn(payload)
  }
  const post = (message: HostMessage) => isReady && frame?.contentWindow?.postMessage(seal(message), o.origin)
  const mount = () => {
    frame ??= root.appendChild(makeFrame(o))
  }
  // Again when the panel is ready: loading its page takes the focus away from the frame.
  const reveal = () => {
    frame?.focus()
    post({ type: 'open' })
  }
  const show = (open: boolean) => {
    if (open === isOpen) return
    isOpen = open
    mount()
    frame?.classList.toggle('off', !open)
    kept.set({ open })
    paint(open, unread)
    if (open) reveal()
    else {
      post({ type: 'close' })
      button.focus()
    }
    emit(open ? 'open' : 'close')
  }
  const onReady = () => {
    isReady = true
    post({ type: 'resume', code: kept.get().resume ?? null })
    if (jwt) post({ type: 'identify', jwt })
    if (isOpen) reveal()
    emit('ready')
  }
  const onMessage = (event: MessageEvent) => {
    if (!frame || event.origin !== o.origin || event.source !== frame.contentWindow) return
    const m = readPanelMessage(event.data)
    if (m?.type === 'ready') onReady()
    else if (m?.type === 'close') show(false)
    else if (m?.type === 'unread') {
      unread = m.count
      paint(isOpen, unread)
      emit('unread', unread)
    } else if (m?.type === 'live') {
      kept.set(m.resume === undefined ? { live: m.live } : { live: m.live, resume: m.resume })
      emit('live', m.live)
    } else if (m?.type === 'event') emit(m.name, m.payload)
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Escape' && isOpen && root.activeElement === button) show(false)
  }
  const api: BangbanApi = {
    open: () => show(true),
    close: () => show(false),
    toggle: () => show(!isOpen),
    on(event, listener) {
      const set = listeners.get(event) ?? new Set()
      listeners.set(event, set.add(listener))
      return () => set.delete(listener)
    },
    identify(token) {
      jwt = token
      post({ type: 'identify', jwt: token })
    },
    destroy() {
      window.removeEventListener('message', onMessage)
      document.removeEventListener('keydown', onKey)
      host.remove()
      window.Bangban = undefined
    },
    q: { push: ([method, ...args]) => run(method, args) },
  }
  const run = (method: string, args: unknown[]) => {
    const fn = method !== 'q' && Object.hasOwn(api, method) ? api[method as 'open'] : null
    if (fn) Reflect.apply(fn, api, args)
  }

  window.addEventListener('message', onMessage)
  document.addEventListener('keydown', onKey)
  button.addEventListener('click', api.toggle)
  root.append(button)
  document.body.append(host)
  window.Bangban = api
  for (const call of queued) api.q.push(call)
  if (kept.get().live) kept.get().open ? show(true) : mount()
}

function boot() {
  const script = document.currentScript
  if (!(script instanceof HTMLScriptElement)) return
  const o = readOptions({ ...script.dataset }, script.src, document.documentElement.lang, location.origin)
  const before = window.Bangban
  if (!o || (before && 'open' in before)) return
  const queued = before && Array.isArray(before.q) ? before.q : []
  if (document.body) start(o, queued)
  else document.addEventListener('DOMContentLoaded', () => start(o, queued), { once: true })
}

boot()
