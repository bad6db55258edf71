import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Browser, BrowserContextOptions, Page } from '@playwright/test'
import { startInstallation } from '../../scripts/supervisor/installation.mjs'
import { accountsOf, expect, test } from '../support/test'
import { phone, settle, shoot } from './shoot'
import { Weeks } from './weeks'
import { movedClock, WeeksClock, workingDays } from './weeks.clock'

const desktop = { viewport: { width: 1440, height: 900 } }

/** The browser's clock shows what the server's shows. */
function moveDate(offset: number): void {
  const Real = Date
  globalThis.Date = class extends Real {
    constructor(...parts: [] | [string | number | Date]) {
      if (parts.length === 0) super(Real.now() + offset)
      else super(...parts)
    }
    static override now(): number {
      return Real.now() + offset
    }
  } as DateConstructor
}

test('the desk after three weeks', async ({ browser }) => {
  test.setTimeout(1_200_000)
  const dataDir = await mkdtemp(join(tmpdir(), 'bangban-weeks-'))
  const file = join(dataDir, 'clock')
  const { end, mornings } = workingDays(Date.now())
  const env = { LOG_LEVEL: 'warn', ...movedClock(file, (mornings[0] ?? end) - 3_600_000) }
  const installation = await startInstallation({ dataDir, quiet: true, env })
  const passwords = accountsOf(installation)
  const passwordOf = (username: string) => passwords.get(username) ?? ''
  const clock = new WeeksClock(file, dataDir)
  const weeks = new Weeks(installation.url, clock, passwordOf)
  await weeks.live(mornings, end)

  const open = async (options: BrowserContextOptions, from: Browser = browser): Promise<Page> => {
    const context = await from.newContext({ locale: 'zh-CN', timezoneId: 'Asia/Shanghai', ...options })
    await context.addInitScript(moveDate, clock.now - Date.now())
    return context.newPage()
  }
  const signedIn = async (username: string, options: BrowserContextOptions): Promise<Page> => {
    const page = await open(options)
    const answer = await page.request.post(`${installation.url}/api/v1/auth/login`, {
      headers: { origin: installation.url },
      data: { username, password: passwordOf(username) },
    })
    expect(answer.ok()).toBe(true)
    return page
  }
  const show = async (page: Page, path: string, name: string) => {
    await page.goto(`${installation.url}/console/${path}`)
    await settle(page)
    await shoot(page, name)
  }

  const desk = await signedIn('supervisor1', desktop)
  await show(desk, 'tickets', 'tickets-list')
  await show(desk, 'tickets?view=board', 'tickets-board')
  await show(desk, `tickets/${weeks.showNumber}`, 'ticket')
  await desk.goto(`${installation.url}/console/escalations`)
  await desk.getByTestId('escalation-card').filter({ hasText: weeks.showNumber }).last().click()
  await settle(desk)
  await shoot(desk, 'tracker')
  await desk.emulateMedia({ colorScheme: 'dark' })
  await shoot(desk, 'tracker-dark')
  await desk.emulateMedia({ colorScheme: 'light' })
  await show(desk, 'escalations/report', 'accountability')
  await show(desk, 'dashboard?period=30', 'dashboard')
  await show(desk, 'wall', 'wall')
  const hand = await signedIn('supervisor1', phone)
  await show(hand, 'escalations', 'tracker-phone')
  const citizen = await open(phone)
  await citizen.goto(weeks.followUrl)
  await expect(citizen.getByTestId('follow-responsible')).toBeVisible()
  await shoot(citizen, 'follow-phone')

  await installation.stop()
  await rm(dataDir, { recursive: true, force: true })
})
