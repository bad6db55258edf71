import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contrast, DARK_PAPER, legibleAccent } from './theme'

const contrastWithWhite = (hex: string) => contrast(hex, '#fff')

describe('legibleAccent', () => {
  it('leaves a colour that reads well', () => {
    expect(legibleAccent('#0b6e63', 4.8)).toBe('#0b6e63')
  })

  it('knows the ends of the scale', () => {
    expect(contrastWithWhite('#000')).toBeCloseTo(21)
    expect(contrastWithWhite('#ffffff')).toBeCloseTo(1)
  })

  it('refuses what is not a colour', () => {
    expect(legibleAccent('red', 4.8)).toBeNull()
    expect(legibleAccent('#12', 4.8)).toBeNull()
  })

  it('makes every colour legible', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 0xffffff }), (n) => {
        const out = legibleAccent(`#${n.toString(16).padStart(6, '0')}`, 7.2)
        expect(contrastWithWhite(out ?? '#fff')).toBeGreaterThanOrEqual(7.2)
        const dark = legibleAccent(`#${n.toString(16).padStart(6, '0')}`, 7.2, true)
        expect(contrast(dark ?? '#000', DARK_PAPER)).toBeGreaterThanOrEqual(7.2)
        // The dark text on it.
        expect(contrast(dark ?? '#000', '#06110f')).toBeGreaterThanOrEqual(7.2)
      }),
    )
  })
})
