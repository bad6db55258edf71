import type { Page } from '@playwright/test'

/**
 * Keeps what the page shows at a place, change by change, from its next loading on and at once. A test on a busy
 * machine looks too late for what lasts some seconds; the page itself does not.
 * Answers the lines so far: the value of `attribute` on or around each element that fits, then its text.
 */
export async function keepShown(
  page: Page,
  selector: string,
  attribute: string,
): Promise<() => Promise<string[]>> {
  const watch = (what: { selector: string; attribute: string }) => {
    const kept = (window as unknown as { shown?: Record<string, string[]> }).shown ?? {}
    Object.assign(window, { shown: kept })
    const lines: string[] = []
    kept[what.selector] = lines
    const look = () => {
      for (const element of document.querySelectorAll(what.selector)) {
        const value = element.closest(`[${what.attribute}]`)?.getAttribute(what.attribute) ?? ''
        const line = `${value} ${element.textContent}`
        if (lines.at(-1) !== line && !lines.includes(line)) lines.push(line)
      }
    }
    look()
    new MutationObserver(look).observe(document, {
      subtree: true,
      childList: true,
      characterData: true,
      attributes: true,
    })
  }
  await page.addInitScript(watch, { selector, attribute })
  await page.evaluate(watch, { selector, attribute })
  return () =>
    page.evaluate(
      (key) => (window as unknown as { shown: Record<string, string[]> }).shown[key] ?? [],
      selector,
    )
}
