import { AxeBuilder } from '@axe-core/playwright'
import { expect, type Frame, type Page } from '@playwright/test'

/** No serious or critical finding on what the page shows now. */
export async function expectAccessible(page: Page, screen: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page }).analyze()
  const serious = violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`)
  expect.soft(serious, `axe on ${screen}`).toEqual([])
}

export interface ElderFigures {
  smallTargets: string[]
  smallTexts: string[]
  weakTexts: string[]
}

/**
 * Measures what elder mode promises: targets of at least 60 px, text of at least 18 px, contrast of at least
 * 7:1. Runs in the page, hence everything inside.
 */
export function measureElder(frame: Frame): Promise<ElderFigures> {
  return frame.evaluate(() => {
    const name = (element: Element) =>
      `${element.tagName.toLowerCase()}.${element.className} “${element.textContent?.trim().slice(0, 20)}”`
    const isShown = (element: Element) => {
      const { width, height } = element.getBoundingClientRect()
      return (
        width > 2 &&
        height > 2 &&
        element.checkVisibility({ opacityProperty: true, visibilityProperty: true })
      )
    }
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
    /** Any CSS colour, painted over another, as red, green, blue. */
    const paint = (colours: string[]): number[] => {
      if (!canvas) return [0, 0, 0]
      for (const colour of colours) {
        canvas.fillStyle = colour
        canvas.fillRect(0, 0, 1, 1)
      }
      return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3)
    }
    const luminance = (rgb: number[]) => {
      const [r = 0, g = 0, b = 0] = rgb.map((channel) => {
        const share = channel / 255
        return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const backgrounds = (element: Element): string[] => {
      const colours: string[] = []
      for (let at: Element | null = element; at; at = at.parentElement) {
        const { backgroundColor } = getComputedStyle(at)
        if (backgroundColor !== 'rgba(0, 0, 0, 0)') colours.unshift(backgroundColor)
      }
      return ['#fff', ...colours]
    }
    const contrast = (element: Element) => {
      const below = backgrounds(element)
      const a = luminance(paint(below))
      const b = luminance(paint([...below, getComputedStyle(element).color]))
      return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
    }
    const targets = [...document.querySelectorAll('button, a[href], input, textarea, select, summary')]
    const texts = [...document.querySelectorAll('body *')].filter(
      (element) =>
        isShown(element) &&
        !element.closest('.sr, svg, video, option, :disabled, [aria-hidden="true"]') &&
        [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim()),
    )
    const sizeOf = (element: Element) => Number.parseFloat(getComputedStyle(element).fontSize)
    return {
      smallTargets: targets
        .filter((element) => isShown(element) && !element.matches(':disabled'))
        .filter((element) => {
          const { width, height } = element.getBoundingClientRect()
          return Math.min(width, height) < 59.5
        })
        .map(name),
      smallTexts: texts.filter((element) => sizeOf(element) < 17.9).map(name),
      weakTexts: texts.filter((element) => contrast(element) < 6.95).map(name),
    }
  })
}

export async function expectElder(frame: Frame, screen: string): Promise<void> {
  await expect(frame.locator('[data-elder]').first(), `${screen} is in elder mode`).toBeAttached()
  const nothing: ElderFigures = { smallTargets: [], smallTexts: [], weakTexts: [] }
  expect.soft(await measureElder(frame), `elder mode measured on ${screen}`).toEqual(nothing)
}

/** 320 px wide, as WCAG's reflow asks: nothing scrolls sideways. */
export async function expectNoSideways(frame: Frame, screen: string): Promise<void> {
  const widths = await frame.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    return { scrollWidth, clientWidth }
  })
  expect.soft(widths.scrollWidth, `${screen} at 320 px`).toBeLessThanOrEqual(widths.clientWidth)
}
