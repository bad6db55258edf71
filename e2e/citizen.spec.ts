import { devices } from '@playwright/test'
import { baseFlags, chromiumPath } from './support/browser'
import type { Citizen } from './support/citizen'
import { png } from './support/files'
import { expect, test } from './support/test'

const scrollsSideways = (citizen: Citizen) =>
  citizen.panel.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)

test('camera refused: its own help, and the call goes on without', async ({ stage, playwright }) => {
  const browser = await playwright.chromium.launch({
    executablePath: chromiumPath,
    args: [...baseFlags, '--use-fake-device-for-media-stream', '--deny-permission-prompts'],
  })
  const agent = await stage.agent('agent1')
  const citizen = await stage.citizen({ browser })
  await citizen.ask('居住证明')
  await citizen.by('consent-accept').click()
  const help = citizen.by('device-failure')
  await expect(help).toHaveAttribute('data-failure', 'denied')
  await expect(help).toContainText('允许')
  await citizen.by('device-continue').click()
  await agent.accept()
  await citizen.expectPicture()
  await citizen.say('我的摄像头打不开')
  await expect(agent.message('我的摄像头打不开')).toBeVisible()
  await agent.say('没关系，打字就行')
  await expect(citizen.message('没关系，打字就行')).toBeVisible()
  await expect(agent.by('remote-video')).toHaveCount(0)
})

test('a telephone: the whole way by touch, nothing wider than the screen', async ({ stage }) => {
  const { viewport, userAgent, deviceScaleFactor, isMobile, hasTouch } = devices['Pixel 5']
  const phone = { ...viewport, width: 390, height: 844 }
  const agent = await stage.agent('agent1')
  const citizen = await stage.citizen({ viewport: phone, userAgent, deviceScaleFactor, isMobile, hasTouch })
  await citizen.by('topic-input').fill('新生儿落户')
  expect(await scrollsSideways(citizen)).toBe(false)
  await citizen.by('start-video').tap()
  await citizen.by('consent-accept').tap()
  await citizen.by('device-continue').tap()
  expect(await scrollsSideways(citizen)).toBe(false)
  await agent.accept()
  await Promise.all([agent.expectCall(), citizen.expectCall()])
  expect(await scrollsSideways(citizen)).toBe(false)
  await citizen.by('upload-file').setInputFiles(png('出生证明.png'))
  await expect(citizen.by('document-card').filter({ hasText: '出生证明.png' })).toBeVisible()
  await citizen.by('hang-up').tap()
  await citizen.by('rate-4').tap()
  await citizen.by('rate-submit').tap()
  await expect(citizen.by('rate-submit')).toHaveCount(0)
  expect(await scrollsSideways(citizen)).toBe(false)
})

test('the tab closed and opened again keeps the place', async ({ stage }) => {
  const agent = await stage.agent('agent1', 'away')
  const first = await stage.citizen()
  await first.ask('第一位')
  const second = await stage.citizen()
  await second.ask('第二位')
  await expect(second.by('queue-position')).toHaveText('2')
  await first.reopen()
  await expect(first.by('queue-position')).toHaveText('1')
  await second.reopen()
  await expect(second.by('queue-position')).toHaveText('2')
  await agent.become('available')
  await expect(agent.by('offer')).toContainText('第一位')
})

test('storage denied in the iframe: place and rating survive a reload of the host page', async ({
  stage,
  installation,
}) => {
  const agent = await stage.agent('agent1', 'away')
  const citizen = await stage.citizen({ at: 'demo' })
  await citizen.page.addInitScript(() => {
    if (window === window.top) return
    for (const name of ['localStorage', 'sessionStorage'])
      Object.defineProperty(window, name, {
        get: () => {
          throw new DOMException('denied', 'SecurityError')
        },
      })
  })
  await citizen.page.reload()
  await citizen.ask('残疾人证换领')
  await citizen.getReady()
  await expect(citizen.by('queue-position')).toHaveText('1')
  const kept = await citizen.hostCode()
  await citizen.page.reload()
  await expect(citizen.by('queue-position')).toHaveText('1')
  // Already checked before the reload: nobody is asked twice.
  await expect(citizen.by('consent-accept')).toHaveCount(0)
  await expect(citizen.by('device-continue')).toHaveCount(0)
  // What the host page's scripts can read is a code that works once, and this one has.
  expect(kept).toMatch(/^[\w-]{24}$/)
  const enter = (code: string | null) =>
    citizen.page.request.post(`${installation.url}/api/v1/visitors`, { data: { site: 'demo', code } })
  expect((await enter(kept)).status()).toBe(404)
  await expect.poll(() => citizen.hostCode()).not.toBe(kept)

  await agent.become('available')
  await agent.accept()
  await citizen.expectPicture()
  await agent.by('end-call').click()
  await citizen.by('rate-5').click()
  // The host page keeps the stars too, though never the words beside them.
  await expect.poll(() => citizen.page.evaluate(() => sessionStorage.getItem('bangban:demo'))).toContain(':5')
  await citizen.page.reload()
  await citizen.launcher.click()
  await expect(citizen.by('rate-5')).toHaveAttribute('aria-checked', 'true')
  await citizen.by('rate-submit').click()
  await expect(citizen.by('rate-submit')).toHaveCount(0)
})

test('somebody on the telephone joins by the code read out', async ({ stage }) => {
  const agent = await stage.agent('agent1')
  await agent.by('telephone-help').click()
  await agent.by('telephone-topic').fill('电话里说的水费过户')
  await agent.by('telephone-start').click()
  await expect.poll(async () => (await agent.current()).status).toBe('expected')
  const { joinCode } = await agent.current()
  expect(joinCode).toMatch(/^[0-9]{6}$/)

  const citizen = await stage.citizen()
  await citizen.page.locator('summary', { hasText: '号码' }).click()
  await citizen.by('code-input').fill('000000' === joinCode ? '111111' : '000000')
  await citizen.by('code-submit').click()
  await expect(citizen.page.getByRole('alert').first()).toBeVisible()
  await citizen.by('code-input').fill(joinCode ?? '')
  await citizen.by('code-submit').click()
  await citizen.getReady()
  await Promise.all([agent.expectCall(), citizen.expectCall()])
})

test('outside hours the request becomes a ticket; next morning an agent answers it', async ({ stage }) => {
  const admin = await stage.agent('admin1', 'offline')
  const { items } = await admin.get<{ items: { id: string; key: string; hours: unknown }[] }>('/admin/sites')
  const site = items.find(({ key }) => key === 'demo')
  expect(site).toBeDefined()
  const agent = await stage.agent('agent1', 'away')
  await admin.patch(`/admin/sites/${site?.id}`, { hours: [] })
  try {
    const citizen = await stage.citizen()
    await expect(citizen.by('closed-note')).toBeVisible()
    await citizen.ask('夜里想问社保')
    await expect(citizen.by('ticket-number')).toHaveText(/^\d{8}-\d{5}$/)
    // The citizen goes home; the morning comes.
    const address = citizen.page.url()
    await citizen.page.goto('about:blank')
    await admin.patch(`/admin/sites/${site?.id}`, { hours: site?.hours })

    const row = agent.by('deferred-item').filter({ hasText: '夜里想问社保' })
    await row.getByTestId('answer-now').click()
    await agent.say('社保可以在网上查，我把步骤发给您')
    await expect(agent.message('社保可以在网上查')).toBeVisible()
    await expect(row).toHaveCount(0)
    expect((await agent.current()).status).toBe('active')

    await citizen.page.goto(address)
    await expect(citizen.message('社保可以在网上查')).toBeVisible()
    await citizen.say('谢谢，看到了')
    await expect(agent.message('谢谢，看到了')).toBeVisible()
    await agent.by('end-call').click()
    await expect(citizen.by('answer')).toContainText('社保可以在网上查')
  } finally {
    await admin.patch(`/admin/sites/${site?.id}`, { hours: site?.hours })
  }
})

test('with nobody online the request becomes a ticket too', async ({ stage }) => {
  const citizen = await stage.citizen()
  await citizen.ask('没有人在的时候', 'chat')
  await expect(citizen.by('ticket-number')).toHaveText(/^\d{8}-\d{5}$/)
  await citizen.say('我的电话是 13900001111')
  await expect(citizen.message('我的电话是 13900001111')).toBeVisible()
})
