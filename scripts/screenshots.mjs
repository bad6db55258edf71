/** `npm run screenshots`: renders every screen, from a real call, to docs/screenshots/. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { ensureBuild } from './setup/build.mjs'
import { ensureChromium, howToGetChromium } from './setup/chromium.mjs'
import { loadEnvironment } from './setup/env-file.mjs'
import { ensureLiveKit } from './setup/livekit.mjs'
import { ensurePackages } from './setup/packages.mjs'
import { localBin, main, PlainError, ROOT, run } from './setup/shell.mjs'

await main(async () => {
  await ensurePackages()
  await ensureLiveKit(loadEnvironment())
  await ensureBuild()
  const chromium = await ensureChromium()
  if (!chromium) throw new PlainError(howToGetChromium(), howToGetChromium())
  mkdirSync(join(ROOT, 'docs', 'screenshots'), { recursive: true })
  process.exitCode = await run(localBin('playwright'), ['test', ...process.argv.slice(2)], {
    env: { CHROMIUM_PATH: chromium, SCREENSHOTS: '1' },
  })
})
