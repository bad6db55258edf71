import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, type Page } from '@playwright/test'
import sharp from 'sharp'

const folder = join(import.meta.dirname, '../../docs/screenshots')
export const phone = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
}

/** The page as it is now, with a palette: screens have few colours, and the repository keeps every version. */
export async function shoot(page: Page, name: string): Promise<void> {
  const picture = await page.screenshot({ animations: 'disabled' })
  const small = await sharp(picture)
    .png({ palette: true, colours: 256, effort: 10, compressionLevel: 9 })
    .toBuffer()
  await writeFile(join(folder, `${name}.png`), small)
}

/** There is a heading, and nothing is loading any more. */
export async function settle(page: Page): Promise<void> {
  await expect(page.getByRole('heading').first()).toBeVisible()
  await expect(page.locator('[aria-busy="true"]')).toHaveCount(0)
}
