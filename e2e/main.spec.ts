import type { Page } from '@playwright/test'
import type { TicketDetail } from '../contract/tickets.schema'
import type { Agent } from './support/agent'
import type { Citizen } from './support/citizen'
import { pdf, png } from './support/files'
import { chooser, pressOn, tabTo, typeInto } from './support/keyboard'
import { expectMoving, sizeOf } from './support/media'
import { expect, type Stage, test } from './support/test'

/** The main job, by keyboard alone on both sides: nothing in this file touches a mouse. */
test('a citizen is helped by video, from the help button to the rating', async ({ stage, installation }) => {
  test.setTimeout(240_000)
  const agent = await signInByKeyboard(stage)
  const citizen = await stage.citizen({ at: 'demo' })
  expect(new URL(citizen.page.url()).hostname).toBe('localhost')
  await askByKeyboard(citizen)
  expect(new URL(citizen.panel.url()).origin).toBe(installation.url)

  await expect(agent.by('accept')).toBeVisible()
  await agent.page.keyboard.press('Alt+a')
  await test.step('both see and hear each other', async () => {
    await Promise.all([agent.expectCall(), citizen.expectCall()])
    await expectMoving(agent.by('local-video'))
    await expectMoving(citizen.by('local-video'))
  })
  const { id, ticketId, ticketNumber } = await agent.current()
  await test.step('screens are shared each way', () => shareScreens(agent, citizen))
  await test.step('a form is sent, opened and downloaded', () => pushDocument(agent, citizen))
  await test.step('a photo comes back', () => sendBack(agent, citizen))
  await test.step('they write to each other', () => chat(agent, citizen))
  await test.step('a snapshot has the size of the picture sent', () => snapshot(agent, citizen, id))
  await test.step('the call ends and is wrapped up', () => endAndWrapUp(agent))
  await test.step('the citizen rates and keeps the number', () => rate(citizen, ticketNumber))
  await test.step('the ticket tells all of it', () => expectTimeline(agent, ticketId, ticketNumber))
})

async function signInByKeyboard(stage: Stage): Promise<Agent> {
  const agent = await stage.stranger('agent1')
  const { page } = agent
  await page.goto(`${agent.url}/console/`)
  await typeInto(page, agent.by('login-username'), agent.username)
  await typeInto(page, agent.by('login-password'), stage.password(agent.username))
  await page.keyboard.press('Enter')
  await expect(agent.by('presence')).toBeVisible()
  await pressOn(page, agent.by('presence'))
  await expect(agent.by('presence-available')).toBeVisible()
  await walkMenu(page, agent)
  await expect(agent.by('presence')).toHaveAttribute('data-availability', 'available')
  return agent
}

/** In a menu the arrow keys walk. */
async function walkMenu(page: Page, agent: Agent): Promise<void> {
  const isThere = () => agent.by('presence-available').evaluate((item) => item === document.activeElement)
  for (let presses = 0; presses < 5 && !(await isThere()); presses += 1)
    await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
}

async function askByKeyboard(citizen: Citizen): Promise<void> {
  const { page } = citizen
  await pressOn(page, citizen.launcher)
  await typeInto(page, citizen.by('topic-input'), '想开一家小饭馆，要办什么证')
  await pressOn(page, citizen.by('start-video'))
  await expect(citizen.by('queue-position')).toHaveText('1')
  await pressOn(page, citizen.by('consent-accept'))
  await pressOn(page, citizen.by('device-continue'))
}

async function shareScreens(agent: Agent, citizen: Citizen): Promise<void> {
  // While a screen is shared it takes the large picture, and the face of who shares it a small one.
  const agentsFace = citizen.within('figure video')
  await pressOn(agent.page, agent.by('share-screen'))
  await expect(agentsFace).toHaveCount(1)
  await Promise.all([expectMoving(agentsFace), expectMoving(citizen.by('remote-video'))])
  await pressOn(agent.page, agent.by('share-screen'))
  await expect(agentsFace).toHaveCount(0)

  const pictures = agent.page.locator('video')
  await expect(pictures).toHaveCount(2)
  await pressOn(citizen.page, citizen.by('share-screen'))
  await expect(pictures).toHaveCount(3)
  await expectMoving(agent.by('remote-video'))
  await pressOn(citizen.page, citizen.by('share-screen'))
  await expect(pictures).toHaveCount(2)
}

async function pushDocument(agent: Agent, citizen: Citizen): Promise<void> {
  const opened = await chooser(agent.page, agent.by('push-document'))
  await opened.setFiles(pdf('食品经营许可申请书.pdf'))
  const card = citizen.by('document-card').filter({ hasText: '食品经营许可申请书.pdf' })
  const row = agent.by('document-row').filter({ hasText: '食品经营许可申请书.pdf' })
  await expect(card).toBeVisible()
  await openDocuments(agent)
  await expect(row).toHaveAttribute('data-status', 'delivered')

  const { page } = citizen
  await tabTo(page, card.getByTestId('document-open'))
  const [viewer] = await Promise.all([page.context().waitForEvent('page'), page.keyboard.press('Enter')])
  await expect(row).toHaveAttribute('data-status', 'opened')
  await viewer.close()
  await tabTo(page, card.getByTestId('document-download'))
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')])
  expect(download.suggestedFilename()).toBe('食品经营许可申请书.pdf')
  await expect(row).toHaveAttribute('data-status', 'downloaded')
}

/** Ticket, documents, chat: tabs, which the arrow keys walk. */
async function openDocuments(agent: Agent): Promise<void> {
  const { page } = agent
  const wanted = agent.by('tab-documents')
  const isOpen = async () => (await wanted.getAttribute('aria-selected')) === 'true'
  await expect(wanted).toBeVisible()
  if (await isOpen()) return
  await tabTo(page, page.getByRole('tab', { selected: true }).last())
  for (let presses = 0; presses < 4 && !(await isOpen()); presses += 1) {
    await page.keyboard.press('ArrowRight')
    await page.keyboard.press('Enter')
  }
  await expect(wanted).toHaveAttribute('aria-selected', 'true')
}

async function sendBack(agent: Agent, citizen: Citizen): Promise<void> {
  const opened = await chooser(citizen.page, citizen.by('upload-file'))
  await opened.setFiles(png('营业执照.png'))
  await expect(agent.by('document-row').filter({ hasText: '营业执照.png' })).toBeVisible()
  await expect(citizen.by('document-card').filter({ hasText: '营业执照.png' })).toBeVisible()
}

async function chat(agent: Agent, citizen: Citizen): Promise<void> {
  await typeInto(citizen.page, citizen.by('chat-input'), '申请书第二页怎么填？')
  await citizen.page.keyboard.press('Enter')
  await expect(agent.message('申请书第二页怎么填？')).toBeVisible()
  await typeInto(agent.page, agent.by('chat-input'), '照着样表填经营面积就行')
  await agent.page.keyboard.press('Enter')
  await expect(citizen.message('照着样表填经营面积就行')).toBeVisible()
}

async function snapshot(agent: Agent, citizen: Citizen, id: string): Promise<void> {
  const sent = await sizeOf(citizen.by('local-video'))
  const stored = () =>
    agent.detail(id).then(({ documents }) => documents.filter(({ kind }) => kind === 'snapshot'))
  let taken = 0
  // Simulcast starts small and climbs as the line proves itself; on a busy machine it may fall back in between.
  await expect(async () => {
    await expect.poll(() => sizeOf(agent.by('remote-video')), { timeout: 30_000 }).toBe(sent)
    await pressOn(agent.page, agent.by('snapshot'))
    taken += 1
    await expect.poll(async () => (await stored()).length).toBe(taken)
    expect((await stored()).map(({ width, height }) => `${width}x${height}`)).toContain(sent)
  }).toPass({ timeout: 90_000 })
  const [shot] = await stored()
  expect(shot?.sha256).toMatch(/^[0-9a-f]{64}$/)
  expect(shot?.callSeconds).toBeGreaterThan(0)
  expect(shot?.agent?.name).toBeTruthy()
  await expect(citizen.by('document-card').filter({ hasText: '通话中拍下' })).toHaveCount(taken)
}

async function endAndWrapUp(agent: Agent): Promise<void> {
  await pressOn(agent.page, agent.by('end-call'))
  // The ticket comes forward by itself: what is left to do stands there.
  await expect(agent.by('tab-ticket')).toHaveAttribute('aria-selected', 'true')
  await expect(agent.by('wrap-up-save')).toBeVisible()
  await tabTo(agent.page, agent.by('wrap-up-outcome'))
  await agent.page.keyboard.press('ArrowDown')
  await expect(agent.by('wrap-up-outcome')).toHaveValue('solved')
  await typeInto(agent.page, agent.by('wrap-up-note'), '已说明材料，当场看过经营场所。')
  await expect(agent.by('wrap-up-state')).toHaveAttribute('data-state', 'saved')
  await pressOn(agent.page, agent.by('wrap-up-save'))
  await expect(agent.by('presence')).toHaveAttribute('data-availability', 'available')
}

async function rate(citizen: Citizen, ticketNumber: string): Promise<void> {
  // Stars are one stop for Tab; the arrow keys choose among them.
  await pressOn(citizen.page, citizen.by('rate-1'), 'Space')
  for (let stars = 2; stars <= 5; stars += 1) await citizen.page.keyboard.press('ArrowRight')
  await expect(citizen.by('rate-5')).toHaveAttribute('aria-checked', 'true')
  await pressOn(citizen.page, citizen.by('rate-submit'))
  await expect(citizen.by('rate-submit')).toHaveCount(0)
  await expect(citizen.by('ticket-number')).toHaveText(ticketNumber)
}

async function expectTimeline(agent: Agent, ticketId: string, number: string): Promise<void> {
  const lines = () =>
    agent.get<TicketDetail>(`/tickets/${ticketId}`).then(({ timeline }) => timeline.map(({ type }) => type))
  await expect.poll(lines).toContain('rating.given')
  const types = await lines()
  for (const type of [
    'consultation.accepted',
    'call.started',
    'message.sent',
    'call.ended',
    'consultation.closed',
  ])
    expect(types, `the timeline has ${type}`).toContain(type)
  for (const prefix of ['consultation.', 'offer.', 'document.'])
    expect(
      types.some((type) => type.startsWith(prefix)),
      `the timeline has ${prefix}*`,
    ).toBe(true)
  expect(types.indexOf('call.started')).toBeLessThan(types.indexOf('call.ended'))
  await agent.page.goto(`${agent.url}/console/tickets/${ticketId}`)
  await expect(agent.page.getByText(number).first()).toBeVisible()
  await expect(agent.page.getByText('食品经营许可申请书.pdf').first()).toBeVisible()
}
