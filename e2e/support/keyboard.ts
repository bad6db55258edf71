import { expect, type FileChooser, type Locator, type Page } from '@playwright/test'

type Where = 'here' | 'before' | 'after'

/** Where the target lies, seen from the focus. In another document than the focus's: ahead. */
const whereIs = (target: Locator): Promise<Where> =>
  target.evaluate((element) => {
    const { activeElement } = element.getRootNode() as Document | ShadowRoot
    if (!activeElement || !document.hasFocus()) return 'after'
    if (activeElement === element) return 'here'
    const isBefore = activeElement.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_PRECEDING
    return isBefore && activeElement !== document.body ? 'before' : 'after'
  })

/** Presses Tab, or Shift+Tab, until the element has the focus, as somebody without a mouse does. */
export async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible()
  for (let presses = 0; presses < 120; presses += 1) {
    const where = await whereIs(target)
    if (where === 'here') return
    await page.keyboard.press(where === 'before' ? 'Shift+Tab' : 'Tab')
  }
  throw new Error(`Tab never reaches ${target}`)
}

export async function pressOn(page: Page, target: Locator, key = 'Enter'): Promise<void> {
  await tabTo(page, target)
  await page.keyboard.press(key)
}

export async function typeInto(page: Page, target: Locator, text: string): Promise<void> {
  await tabTo(page, target)
  await page.keyboard.type(text)
}

/**
 * The file chooser that pressing Enter on the element opens. The waiting begins first: from then on the browser
 * hands choosers over instead of opening a window of its own.
 */
export async function chooser(page: Page, target: Locator): Promise<FileChooser> {
  const [opened] = await Promise.all([page.waitForEvent('filechooser'), pressOn(page, target)])
  return opened
}
