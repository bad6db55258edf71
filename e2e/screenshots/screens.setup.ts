import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Browser, chromium } from '@playwright/test'
import type { Agent } from '../support/agent'
import { chromiumPath, mediaFlags } from '../support/browser'
import type { Citizen } from '../support/citizen'
import { pdf } from '../support/files'
import { expect, makeStage, type Stage, test } from '../support/test'
import { makeFilms } from './pictures'
import { phone, settle, shoot } from './shoot'

const open = (film: string): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath,
    args: [...mediaFlags, `--use-file-for-fake-video-capture=${film}`],
  })

test('every screen, from a real call', async ({ installation }) => {
  test.setTimeout(300_000)
  const films = await mkdtemp(join(tmpdir(), 'bangban-films-'))
  const { agent: face, shop } = await makeFilms(films)
  const [deskBrowser, citizenBrowser] = await Promise.all([open(face), open(shop)])
  const { stage, clear } = makeStage(deskBrowser, installation)
  const door = await stage.stranger('agent2')
  await door.page.goto(`${door.url}/console/`)
  await expect(door.by('login-submit')).toBeVisible()
  await shoot(door.page, 'console-login')

  const agent = await stage.agent('agent1', 'away')
  const citizen = await phoneWay(stage, citizenBrowser)
  await others(stage, citizenBrowser)
  const { ticketId } = await callOf(agent, citizen)
  await consolePages(agent, ticketId)
  await adminPages(await stage.agent('admin1', 'offline'))
  await demoPage(stage, citizenBrowser)
  await clear()
  await Promise.all([deskBrowser.close(), citizenBrowser.close()])
  await rm(films, { recursive: true, force: true })
})

async function phoneWay(stage: Stage, browser: Browser): Promise<Citizen> {
  const citizen = await stage.citizen({ browser, ...phone })
  await expect(citizen.by('service-item').first()).toBeVisible()
  await shoot(citizen.page, 'panel-topic')
  await citizen.by('elder-mode').click()
  await shoot(citizen.page, 'panel-topic-elder')
  await citizen.by('elder-mode').click()
  await citizen.by('topic-input').fill('开小饭馆要什么手续')
  await citizen.page.locator('summary', { hasText: '称呼' }).click()
  await citizen.by('contact-name').fill('王秀兰')
  await citizen.by('contact-phone').fill('13900005678')
  await citizen.by('start-video').click()
  await expect(citizen.by('consent-accept')).toBeVisible()
  await shoot(citizen.page, 'panel-notice')
  await citizen.by('consent-accept').click()
  await expect(citizen.by('device-continue')).toBeEnabled()
  await shoot(citizen.page, 'panel-devices')
  await citizen.by('device-continue').click()
  await expect(citizen.by('device-continue')).toHaveCount(0)
  await citizen.say('我想把一楼改成小饭馆，这是厨房')
  await expect(citizen.message('我想把一楼改成小饭馆，这是厨房')).toBeVisible()
  await expect(citizen.page.getByText('发送中')).toHaveCount(0)
  await shoot(citizen.page, 'panel-waiting')
  await citizen.page.emulateMedia({ colorScheme: 'dark' })
  await shoot(citizen.page, 'panel-waiting-dark')
  await citizen.page.emulateMedia({ colorScheme: 'light' })
  return citizen
}

/** Others wait too, so that the queue shows what it is for. */
async function others(stage: Stage, browser: Browser): Promise<void> {
  for (const topic of ['异地就医备案', '二手房过户要带哪些材料', '社保卡丢了怎么补']) {
    const citizen = await stage.citizen({ browser })
    await citizen.ask(topic, 'chat')
    await expect(citizen.by('queue-position')).toBeVisible()
  }
}

async function callOf(agent: Agent, citizen: Citizen) {
  await shoot(agent.page, 'console-desk')
  await agent.become('available')
  await expect(agent.by('offer')).toBeVisible()
  await shoot(agent.page, 'console-ringing')
  await agent.accept()
  await Promise.all([agent.expectCall(), citizen.expectCall()])
  await agent.say('您好，请把镜头转向水池和排烟口')
  await citizen.say('好的，您看这里')
  await expect(agent.message('好的，您看这里')).toBeVisible()
  await agent.by('tab-documents').click()
  await agent.page.locator('input[type=file]').first().setInputFiles(pdf('食品经营许可申请书.pdf'))
  await expect(citizen.by('document-card')).toBeVisible()
  await expect
    .poll(() => agent.by('remote-video').evaluate((video) => (video as HTMLVideoElement).videoHeight))
    .toBeGreaterThan(300)
  await agent.by('snapshot').click()
  await expect(agent.by('snapshot-thumb').first()).toBeVisible()
  await expect(agent.by('toast')).toHaveCount(0, { timeout: 30_000 })
  await shoot(agent.page, 'console-call')
  await shoot(citizen.page, 'panel-call')
  await citizen.page.emulateMedia({ colorScheme: 'dark' })
  await shoot(citizen.page, 'panel-call-dark')
  await citizen.page.emulateMedia({ colorScheme: 'light' })
  const consultation = await agent.current()
  await agent.by('end-call').click()
  await expect(agent.by('wrap-up-save')).toBeVisible()
  await agent.by('wrap-up-outcome').selectOption('follow_up')
  await agent.by('wrap-up-note').fill('已看过厨房：水池、排烟口合格；缺食品留样冷藏设备，购置后再连线核查。')
  await expect(agent.by('wrap-up-state')).toHaveAttribute('data-state', 'saved')
  await shoot(agent.page, 'console-wrap-up')
  await agent.by('wrap-up-save').click()
  await expect(citizen.by('rate-5')).toBeVisible()
  await citizen.by('rate-5').click()
  await shoot(citizen.page, 'panel-rating')
  await citizen.by('rate-submit').click()
  await expect(citizen.by('rate-submit')).toHaveCount(0)
  await citizen.by('start-again').click()
  await expect(citizen.by('my-request')).toBeVisible()
  await citizen.page.emulateMedia({ colorScheme: 'dark' })
  await shoot(citizen.page, 'panel-requests-dark')
  await citizen.page.emulateMedia({ colorScheme: 'light' })
  return consultation
}

async function consolePages(agent: Agent, ticketId: string): Promise<void> {
  await agent.put('/presence', { availability: 'away' })
  await page(agent, `tickets/${ticketId}`, 'console-after-call')
  await page(agent, 'settings', 'console-settings')
}

async function page(agent: Agent, path: string, name: string): Promise<void> {
  await agent.page.goto(`${agent.url}/console/${path}`)
  await settle(agent.page)
  await shoot(agent.page, name)
}

async function adminPages(admin: Agent): Promise<void> {
  const { items } = await admin.get<{ items: { id: string }[] }>('/admin/sites')
  await page(admin, 'admin/accounts', 'admin-accounts')
  await page(admin, 'admin/departments', 'admin-departments')
  await page(admin, 'admin/sites', 'admin-sites')
  await page(admin, `admin/sites/${items[0]?.id}`, 'admin-site')
  await page(admin, 'admin/sla/policies', 'admin-sla-policies')
  await page(admin, 'admin/sla/calendars', 'admin-sla-calendars')
  await page(admin, 'admin/sla/rules', 'admin-sla-rules')
  await page(admin, 'admin/audit', 'admin-audit')
}

async function demoPage(stage: Stage, browser: Browser): Promise<void> {
  const citizen = await stage.citizen({ at: 'demo', browser })
  await citizen.open()
  await expect(citizen.by('service-item').first()).toBeVisible()
  await shoot(citizen.page, 'demo-page')
}
