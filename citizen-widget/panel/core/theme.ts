type Rgb = [number, number, number]

function parseHex(hex: string): Rgb | null {
  const m = /^#([\da-f]{3}|[\da-f]{6})$/i.exec(hex)
  if (!m?.[1]) return null
  const full = m[1].length === 3 ? [...m[1]].map((c) => c + c).join('') : m[1]
  return [0, 2, 4].map((i) => Number.parseInt(full.slice(i, i + 2), 16)) as Rgb
}

/** Relative luminance, WCAG 2.2. */
function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((v) => {
    const c = v / 255
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4
  }) as Rgb
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

const contrastOf = (a: number, b: number) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)

/** Contrast of two colours, WCAG 2.2; 1 where one is no colour. */
export function contrast(hex: string, other: string): number {
  const [a, b] = [parseHex(hex), parseHex(other)]
  return a && b ? contrastOf(luminance(a), luminance(b)) : 1
}

/** `--paper` of the dark tokens. */
export const DARK_PAPER = '#151d24'
const toText = (c: Rgb) => `#${c.map((v) => Math.round(v).toString(16).padStart(2, '0')).join('')}`

/**
 * The site's colour, moved until it reads: darker on white (white text on it reads as well: a pastel brand
 * colour must not make the main button illegible), lighter on the dark paper. An unusable colour gives null,
 * and the default stays.
 */
export function legibleAccent(hex: string, minContrast: number, isDark = false): string | null {
  let rgb = parseHex(hex)
  if (!rgb) return null
  const paper = isDark ? DARK_PAPER : '#fff'
  const step = (v: number) => (isDark ? v + (255 - v) * 0.06 + 0.5 : v * 0.94)
  while (contrast(toText(rgb), paper) < minContrast) rgb = rgb.map((v) => Math.min(255, step(v))) as Rgb
  return toText(rgb)
}

/** Paints the site's colour over the tokens; soft and ink shades follow from it in the style sheet. */
export function applyAccent(hex: string | null | undefined, isElder: boolean, isDark: boolean) {
  const style = document.documentElement.style
  const accent = hex ? legibleAccent(hex, isElder ? 7.2 : isDark ? 5.5 : 4.8, isDark) : null
  const ink = hex ? legibleAccent(hex, isDark ? 10 : 8, isDark) : null
  for (const [name, value] of [
    ['--accent', accent],
    ['--accent-ink', ink],
  ] as const) {
    if (value) style.setProperty(name, value)
    else style.removeProperty(name)
  }
}
