import { expectAccessible, expectElder, expectNoSideways, measureElder } from './support/accessibility'
import type { Citizen } from './support/citizen'
import { pdf } from './support/files'
import { expect, type Stage, test } from './support/test'

type Look = (citizen: Citizen, screen: string) => Promise<void>

/** Takes a citizen over every screen of the panel and looks at each. */
async function walk(stage: Stage, look: Look, options: Parameters<Stage['citizen']>[0], isElder: boolean) {
  const agent = await stage.agent('agent1', 'away')
  const citizen = await stage.citizen(options)
  await expect(citizen.by('topic-input')).toBeVisible()
  if (isElder) await citizen.by('elder-mode').click()
  await expect(citizen.by('service-item').first()).toBeVisible()
  await look(citizen, 'topic')
  await citizen.by('topic-input').fill('开饭馆')
  await citizen.by('start-video').click()
  await expect(citizen.by('consent-accept')).toBeVisible()
  await look(citizen, 'notice')
  await citizen.by('consent-accept').click()
  await expect(citizen.by('device-continue')).toBeEnabled()
  await look(citizen, 'devices')
  await citizen.by('device-continue').click()
  await expect(citizen.by('device-continue')).toHaveCount(0)
  await look(citizen, 'waiting')
  await agent.become('available')
  await agent.accept()
  await citizen.expectPicture()
  await citizen.say('您好')
  await agent.say('您好，请看这份表')
  await agent.by('tab-documents').click()
  await agent.page.locator('input[type=file]').first().setInputFiles(pdf('申请书.pdf'))
  await expect(citizen.by('document-card')).toBeVisible()
  await look(citizen, 'call')
  await citizen.by('hang-up').click()
  await expect(citizen.by('rate-5')).toBeVisible()
  await look(citizen, 'rating')
  return agent
}

test('the panel in standard mode', async ({ stage }) => {
  await walk(stage, (citizen, screen) => expectAccessible(citizen.page, `panel ${screen}`), {}, false)
})

test('the panel in elder mode, measured', async ({ stage }) => {
  const look: Look = async (citizen, screen) => {
    await expectAccessible(citizen.page, `elder panel ${screen}`)
    await expectElder(citizen.panel, screen)
  }
  await walk(stage, look, { viewport: { width: 390, height: 844 } }, true)
})

test('the panel in the dark', async ({ stage }) => {
  const look: Look = (citizen, screen) => expectAccessible(citizen.page, `dark panel ${screen}`)
  await walk(stage, look, { colorScheme: 'dark' }, false)
})

test('the panel in elder mode in the dark, measured', async ({ stage }) => {
  const look: Look = async (citizen, screen) => {
    await expectAccessible(citizen.page, `dark elder panel ${screen}`)
    await expectElder(citizen.panel, `dark ${screen}`)
  }
  await walk(stage, look, { viewport: { width: 390, height: 844 }, colorScheme: 'dark' }, true)
})

test('the measurement finds what standard mode does not promise', async ({ stage }) => {
  const citizen = await stage.citizen()
  await expect(citizen.by('service-item').first()).toBeVisible()
  const { smallTargets, smallTexts, weakTexts } = await measureElder(citizen.panel)
  for (const found of [smallTargets, smallTexts, weakTexts]) expect(found.length).toBeGreaterThan(0)
})

test('the citizen’s way at 320 px', async ({ stage }) => {
  const look: Look = (citizen, screen) => expectNoSideways(citizen.panel, screen)
  await walk(stage, look, { viewport: { width: 320, height: 640 } }, false)
})

// Zoom halves the CSS pixels of the window: 400 × 720 of the iframe become 200 × 360.
test('the first screen and the queue in the iframe’s size at 200 %', async ({ stage }) => {
  await stage.agent('agent1', 'away')
  const citizen = await stage.citizen({ viewport: { width: 200, height: 360 } })
  await expect(citizen.by('service-item').first()).toBeVisible()
  await expectNoSideways(citizen.panel, 'topic at 200 %')
  await citizen.ask('开饭馆', 'chat')
  await expect(citizen.by('queue-position')).toBeVisible()
  await expectNoSideways(citizen.panel, 'queue at 200 %')
})

test('the panel when nobody can answer', async ({ stage }) => {
  const citizen = await stage.citizen()
  await citizen.ask('没人在', 'chat')
  await expect(citizen.by('ticket-number')).toBeVisible()
  await expectAccessible(citizen.page, 'panel deferred')
})

test('the agent’s console', async ({ stage }) => {
  const door = await stage.stranger('agent2')
  await door.page.goto(`${door.url}/console/`)
  await expect(door.by('login-submit')).toBeVisible()
  await expectAccessible(door.page, 'console login')

  const agent = await stage.agent('agent1')
  await expectAccessible(agent.page, 'console desk, empty')
  const citizen = await stage.citizen()
  await citizen.ask('建房许可')
  await citizen.getReady()
  await expect(agent.by('accept')).toBeVisible()
  await expectAccessible(agent.page, 'console desk, ringing')
  await agent.accept()
  await agent.expectCall()
  await citizen.say('这是我家的宅基地')
  await expect(agent.message('这是我家的宅基地')).toBeVisible()
  await expectAccessible(agent.page, 'console call')
  const { ticketId } = await agent.current()
  await agent.by('end-call').click()
  await expect(agent.by('wrap-up-save')).toBeVisible()
  await expectAccessible(agent.page, 'console wrap-up')
  for (const [path, screen] of [
    ['tickets', 'tickets'],
    [`tickets/${ticketId}`, 'ticket'],
    ['settings', 'settings'],
    ['account', 'account'],
  ] as const) {
    await agent.page.goto(`${agent.url}/console/${path}`)
    await expect(agent.page.getByRole('heading').first()).toBeVisible()
    await expectAccessible(agent.page, `console ${screen}`)
  }
})

test('the administrator’s console', async ({ stage }) => {
  const admin = await stage.agent('admin1', 'offline')
  const { items } = await admin.get<{ items: { id: string }[] }>('/admin/sites')
  const sla = ['sla/policies', 'sla/calendars', 'sla/rules']
  for (const path of [
    'accounts',
    'departments',
    'sites',
    `sites/${items[0]?.id}`,
    ...sla,
    'service-items',
    'macros',
    'ticket-settings/tags',
    'audit',
  ]) {
    await admin.page.goto(`${admin.url}/console/admin/${path}`)
    await expect(admin.page.getByRole('heading').first()).toBeVisible()
    await expect(admin.page.locator('[aria-busy="true"]')).toHaveCount(0)
    await expectAccessible(admin.page, `admin ${path}`)
  }
  await admin.page.goto(`${admin.url}/console/admin/service-items`)
  await admin.page.getByTestId('item-row').first().click()
  await admin.page.getByTestId('item-retire').click()
  await expect(admin.page.getByTestId('confirm')).toBeVisible()
  await expectAccessible(admin.page, 'admin service item, asked whether to retire it')
  await admin.page.getByRole('button', { name: /^(取消|Cancel)$/ }).click()
  await expect(admin.page.getByTestId('confirm')).toHaveCount(0)
  await expectAccessible(admin.page, 'admin service item')
})
