type Rgb = readonly [number, number, number]

export const defaultColour = '#0b6e63'
/** White text needs this much; the panel darkens what falls short. WCAG 2.2, 1.4.3. */
const neededContrast = 4.5

const parse = (hex: string): Rgb =>
  [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16)) as unknown as Rgb

/** Relative luminance, WCAG 2.2. */
function luminance(rgb: Rgb): number {
  const [r, g, b] = rgb.map((value) => {
    const part = value / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  }) as unknown as Rgb
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

export const isColour = (text: string): boolean => /^#[0-9a-fA-F]{6}$/.test(text)
export const contrastWithWhite = (hex: string): number => 1.05 / (luminance(parse(hex)) + 0.05)
export const isLegible = (hex: string): boolean => contrastWithWhite(hex) >= neededContrast

/** The colour as citizens will see it: dark enough for white text. */
export function legibleColour(hex: string): string {
  if (!isColour(hex)) return defaultColour
  let shown = hex
  while (!isLegible(shown))
    shown = `#${parse(shown)
      .map((value) =>
        Math.floor(value * 0.94)
          .toString(16)
          .padStart(2, '0'),
      )
      .join('')}`
  return shown
}
