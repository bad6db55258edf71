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

/** Contrast of a colour with white, WCAG 2.2. */
export function contrastWithWhite(hex: string): number {
  const rgb = parseHex(hex)
  return rgb ? 1.05 / (luminance(rgb) + 0.05) : 1
}

/**
 * The site's colour, darkened until white text on it reads: a pastel brand colour must not make the main
 * button illegible. An unusable colour gives null, and the default stays.
 */
export function legibleAccent(hex: string, minContrast: number): string | null {
  let rgb = parseHex(hex)
  if (!rgb) return null
  const text = (c: Rgb) => `#${c.map((v) => Math.round(v).toString(16).padStart(2, '0')).join('')}`
  while (contrastWithWhite(text(rgb)) < minContrast) rgb = rgb.map((v) => v * 0.94) as Rgb
  return text(rgb)
}

/** Paints the site's colour over the tokens; soft and ink shades follow from it in the style sheet. */
export function applyAccent(hex: string | null | undefined, isElder: boolean) {
  const style = document.documentElement.style
  const accent = hex ? legibleAccent(hex, isElder ? 7.2 : 4.8) : null
  const ink = hex ? legibleAccent(hex, 8) : null
  for (const [name, value] of [
    ['--accent', accent],
    ['--accent-ink', ink],
  ] as const) {
    if (value) style.setProperty(name, value)
    else style.removeProperty(name)
  }
}
