export interface LoaderOptions {
  site: string
  /** Where the panel lives; messages from anywhere else are ignored. */
  origin: string
  panelUrl: string
  color: string | null
  side: 'left' | 'right'
  label: string
  lang: 'zh-CN' | 'en'
  /** Distance of the button from the corner, CSS pixels. */
  offset: number
}

type Data = Record<string, string | undefined>

function httpUrl(value: string | undefined, base: string): URL | null {
  if (!value) return null
  try {
    const url = new URL(value, base)
    return /^https?:$/.test(url.protocol) ? url : null
  } catch {
    return null
  }
}

/**
 * Reads the `data-*` attributes of the embedding script.
 * @param src address of the script itself: its origin is where the panel comes from
 * @returns null when there is no usable site key or address
 */
export function readOptions(
  data: Data,
  src: string,
  pageLang: string,
  pageOrigin: string,
): LoaderOptions | null {
  const site = data.site ?? ''
  const script = httpUrl(src, pageOrigin)
  if (!/^[\w-]{1,64}$/.test(site) || !script) return null
  const lang = /^en/i.test(data.lang || pageLang) ? 'en' : 'zh-CN'
  const panel = httpUrl(data.panelUrl, script.href) ?? new URL(`/embed/${site}`, script.origin)
  panel.searchParams.set('lang', lang)
  panel.searchParams.set('host', pageOrigin)
  if (data.theme) panel.searchParams.set('theme', data.theme)
  const offset = Number(data.offset ?? 20)
  return {
    site,
    origin: panel.origin,
    panelUrl: panel.href,
    color: /^#([\da-f]{3}|[\da-f]{6})$/i.test(data.color ?? '') ? (data.color as string) : null,
    side: data.position === 'left' ? 'left' : 'right',
    label: (data.label ?? '').trim().slice(0, 30) || (lang === 'en' ? 'Get help' : '在线帮办'),
    lang,
    offset: offset >= 0 && offset <= 300 ? offset : 20,
  }
}
