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

interface TextFigures {
  name: string
  size: number
  contrast: number
}

/** Names of what can be pressed or filled in and is smaller than elder mode promises. */
const smallTargets = (frame: Frame): Promise<string[]> =>
  frame.evaluate(() =>
    [...document.querySelectorAll('button, a[href], input, textarea, select, summary')]
      .filter((element) => {
        const { width, height } = element.getBoundingClientRect()
        return (
          element.checkVisibility({ visibilityProperty: true }) && width > 2 && Math.min(width, height) < 59.5
        )
      })
      .map(
        (element) => `${element.tagName}.${element.className} ${element.textContent?.trim().slice(0, 20)}`,
      ),
  )

/** Size and contrast of every text that can be seen. Runs in the page, hence everything inside. */
const textFigures = (frame: Frame): Promise<TextFigures[]> =>
  frame.evaluate(() => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true })
    if (!canvas) throw new Error('No canvas to read colours from')
    /** Luminance of CSS colours painted over each other. */
    const luminance = (colours: string[]) => {
      for (const colour of colours) {
        canvas.fillStyle = colour
        canvas.fillRect(0, 0, 1, 1)
      }
      const [r = 0, g = 0, b = 0] = [...canvas.getImageData(0, 0, 1, 1).data].map((channel) => {
        const share = channel / 255
        return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
      })
      return 0.2126 * r + 0.7152 * g + 0.0722 * b
    }
    const contrast = (element: Element) => {
      const below = ['#fff']
      const above: Element[] = []
      for (let at: Element | null = element; at; at = at.parentElement) above.unshift(at)
      for (const each of above) below.push(getComputedStyle(each).backgroundColor)
      const [a, b] = [luminance(below), luminance([...below, getComputedStyle(element).color])]
      return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05)
    }
    const isText = (element: Element) => {
      const { width, height } = element.getBoundingClientRect()
      const hidden = '.sr, svg, video, option, :disabled, [aria-hidden="true"]'
      if (width <= 2 || height <= 2 || element.closest(hidden)) return false
      return [...element.childNodes].some(
        (node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim(),
      )
    }
    return [...document.querySelectorAll('body *')]
      .filter((element) => element.checkVisibility({ visibilityProperty: true }) && isText(element))
      .map((element) => ({
        name: `${element.tagName}.${element.className} ${element.textContent?.trim().slice(0, 20)}`,
        size: Number.parseFloat(getComputedStyle(element).fontSize),
        contrast: contrast(element),
      }))
  })

/** What elder mode promises, measured: targets of 60 px, text of 18 px, contrast of 7:1, at least. */
export async function measureElder(frame: Frame) {
  const texts = await textFigures(frame)
  return {
    smallTargets: await smallTargets(frame),
    smallTexts: texts.filter(({ size }) => size < 17.9).map(({ name }) => name),
    weakTexts: texts.filter(({ contrast }) => contrast < 6.95).map(({ name }) => name),
  }
}

export async function expectElder(frame: Frame, screen: string): Promise<void> {
  await expect(frame.locator('[data-elder]').first(), `${screen} is in elder mode`).toBeAttached()
  const nothing = { smallTargets: [], smallTexts: [], weakTexts: [] }
  expect.soft(await measureElder(frame), `elder mode measured on ${screen}`).toEqual(nothing)
}

/** 320 px wide, as WCAG's reflow asks: nothing scrolls sideways, once the page has taken its new size. */
export async function expectNoSideways(frame: Frame, screen: string): Promise<void> {
  const overhang = () =>
    frame.evaluate(() => {
      const { scrollWidth, clientWidth } = document.documentElement
      return scrollWidth - clientWidth
    })
  await expect.configure({ soft: true }).poll(overhang, `${screen}: pixels too wide`).toBeLessThanOrEqual(0)
}
