import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { TicketChange } from '../contract/tickets.schema'
import { expectAccessible, expectElder, expectNoSideways } from './support/accessibility'
import type { Agent } from './support/agent'
import type { Citizen } from './support/citizen'
import { pdf, png } from './support/files'
import { expect, test } from './support/test'

test.use({ hasGateway: true })

const openTicket = async (agent: Agent, topic: string) => {
  const { items } = await agent.get<{ items: { id: string; key: string }[] }>('/sites')
  const siteId = items.find((site) => site.key === 'demo')?.id
  const body = { siteId, topic, contactName: '张三丰', contactPhone: '13812341234', assignToMe: true }
  return (await agent.post<TicketChange>('/tickets', body)).ticket
}

/** Light and dark, standard and elder, and 320 px wide. */
async function expectGoodLooks(citizen: Citizen, screen: string): Promise<void> {
  const { page } = citizen
  const size = page.viewportSize()
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme })
    await expect(citizen.within('html')).toHaveAttribute('data-theme', colorScheme)
    // Buttons fade into the other theme: what is looked at is the end of that.
    await citizen.panel.evaluate(() =>
      Promise.all(document.getAnimations().map((each) => each.finished.catch(() => undefined))),
    )
    await expectAccessible(page, `${screen}, ${colorScheme}`)
    await citizen.by('elder-mode').click()
    await expectAccessible(page, `${screen}, elder, ${colorScheme}`)
    await expectElder(citizen.panel, `${screen}, ${colorScheme}`)
    await page.setViewportSize({ width: 320, height: 640 })
    await expectNoSideways(citizen.panel, `${screen}, elder`)
    await citizen.by('elder-mode').click()
    await expectNoSideways(citizen.panel, screen)
    if (size) await page.setViewportSize(size)
  }
  await page.emulateMedia({ colorScheme: 'light' })
}

test('a citizen follows a ticket by its link, without an account', async ({ stage, installation }) => {
  const agent = await stage.agent('agent1', 'away')
  await agent.page.context().grantPermissions(['clipboard-read', 'clipboard-write'])
  const ticket = await openTicket(agent, '营业执照遗失补领')
  const path = `/tickets/${ticket.id}`
  await agent.post(`${path}/replies`, {
    kind: 'reply',
    body: '请补一份法人身份证复印件',
    thenStatus: { command: 'wait_citizen' },
  })
  await agent.page.goto(`${installation.url}/console/tickets/${ticket.number}`)
  await agent.by('copy-follow-link').click()
  await expect(agent.by('copy-follow-link')).toContainText('已复制')
  const link = await agent.page.evaluate(() => navigator.clipboard.readText())

  const citizen = await stage.citizen()
  await citizen.page.goto(link)
  await expect(citizen.by('follow-stage')).toHaveAttribute('data-stage', 'asked')
  await expect(citizen.by('follow-post')).toContainText('请补一份法人身份证复印件')
  await expect(citizen.by('follow-responsible')).toContainText(ticket.assignee?.name ?? 'nobody')
  await expect(citizen.page.getByText('138****1234')).toBeVisible()
  await expect(citizen.page.getByText('13812341234')).toHaveCount(0)
  await expectGoodLooks(citizen, 'follow')

  // What is typed survives a reload; the answer sends the ticket on its way again.
  await citizen.by('follow-input').fill('明天上午送到窗口')
  await citizen.page.reload()
  await expect(citizen.by('follow-input')).toHaveValue('明天上午送到窗口')
  await citizen.by('follow-send').click()
  await expect(citizen.by('follow-stage')).toHaveAttribute('data-stage', 'open')
  await expect(agent.page.getByText('明天上午送到窗口').first()).toBeVisible()

  await citizen.by('follow-urge').click()
  await expect(citizen.by('follow-urged')).toContainText('1')
  await expect(citizen.by('follow-urge')).toHaveCount(0)

  await agent.post(`${path}/replies`, { kind: 'note', body: '内部：已电话核实' })
  await agent.post(`${path}/status`, { command: 'resolve' })
  await citizen.page.reload()
  await expect(citizen.by('follow-steps')).toHaveAttribute('data-done', '3')
  await expect(citizen.page.getByText('已电话核实')).toHaveCount(0)
  await citizen.by('follow-reopen').click()
  await citizen.by('follow-reason').fill('窗口说系统里还查不到')
  await citizen.by('follow-reason-send').click()
  await expect(citizen.by('follow-stage')).toHaveAttribute('data-stage', 'open')

  await agent.post(`${path}/replies`, {
    kind: 'reply',
    body: '已补录，可以领证',
    thenStatus: { command: 'resolve' },
  })
  await citizen.page.reload()
  await expect(citizen.by('follow-post').last()).toContainText('已补录，可以领证')
  await citizen.by('follow-confirm').click()
  await expect(citizen.by('follow-steps')).toHaveAttribute('data-done', '4')
  await citizen.by('rate-4').click()
  await citizen.by('rate-comment').fill('第二次很快')
  await expectGoodLooks(citizen, 'rating a ticket')
  await citizen.by('rate-submit').click()
  await expect(citizen.by('follow-rated')).toContainText('4')

  const { timeline } = await agent.get<{ timeline: { type: string }[] }>(path)
  const types = timeline.map((line) => line.type)
  for (const type of ['reply_seen', 'citizen_replied', 'resumed', 'urged', 'reopened', 'closed', 'rated'])
    expect(types, type).toContain(`ticket.${type}`)
  await agent.page.reload()
  for (const words of ['催办', '重新打开', '4 星', '第二次很快'])
    await expect(agent.page.getByText(words).first()).toBeVisible()

  // Too late: what was settled more than seven days ago leads to asking anew.
  const db = new Database(join(installation.dataDir, 'bangban.db'))
  const days = 8 * 24 * 3_600_000
  db.prepare(
    'update tickets set resolved_at = resolved_at - ?, closed_at = closed_at - ? where number = ?',
  ).run(days, days, ticket.number)
  db.close()
  await citizen.page.reload()
  await citizen.by('follow-anew').click()
  await expect(citizen.by('topic-input')).toBeVisible()
  expect(citizen.page.url()).not.toContain('follow=')
})

test('a link that was taken back opens nothing, and says so', async ({ stage }) => {
  const agent = await stage.agent('agent1', 'away')
  const ticket = await openTicket(agent, '居住证签注')
  const { url } = await agent.post<{ url: string }>(`/tickets/${ticket.id}/follow-links`, {})
  await agent.post(`/tickets/${ticket.id}/follow-links/renew`, {})
  const citizen = await stage.citizen()
  await citizen.page.goto(url)
  await expect(citizen.by('follow-failure')).toBeVisible()
  await expectGoodLooks(citizen, 'a link taken back')
  await citizen.by('follow-back').click()
  await expect(citizen.by('topic-input')).toBeVisible()
})

test('number, telephone and a code: a photo goes out, a paper comes back, and it is solved', async ({
  stage,
  gateway,
  installation,
}) => {
  const agent = await stage.agent('agent1', 'away')
  const ticket = await openTicket(agent, '社保卡补办')
  await agent.page.goto(`${installation.url}/console/tickets/${ticket.number}`)

  const citizen = await stage.citizen({ viewport: { width: 390, height: 844 } })
  await citizen.by('lookup-open').click()
  await citizen.by('lookup-number').fill(ticket.number)
  await citizen.by('lookup-phone').fill('138 1234 1234')
  await citizen.by('lookup-send').click()
  const code = () => gateway.sent.findLast((sms) => sms.params.code)?.params.code ?? ''
  await expect.poll(code).toMatch(/^\d{6}$/)
  await citizen.by('lookup-code').fill(code())
  await citizen.by('lookup-enter').click()
  await expect(citizen.by('follow-responsible')).toContainText(ticket.assignee?.name ?? 'nobody')
  await expect(citizen.by('follow-due-answer')).toBeVisible()
  await expect(citizen.by('follow-due-resolution')).toBeVisible()
  await citizen.by('follow-ledger').locator('summary').click()
  await expect(citizen.by('follow-ledger')).toContainText('开始计时，期限 1 小时')
  await citizen.by('follow-scan').click()
  await expect(citizen.by('qr-code')).toHaveAttribute('data-text', /\/help\/demo\?follow=/)

  await citizen.by('follow-to-reply').click()
  await expect(citizen.by('follow-input')).toBeFocused()
  await citizen.by('upload-file').setInputFiles([png('身份证.png'), png('拍糊了.png')])
  await expect(citizen.by('follow-draft')).toHaveCount(2)
  await citizen.by('follow-draft').filter({ hasText: '拍糊了' }).getByTestId('follow-detach').click()
  // What was handed over survives a reload, as the words do.
  await citizen.by('follow-input').fill('请看照片')
  await citizen.page.reload()
  await expect(citizen.by('follow-draft')).toHaveText(/身份证\.png/)
  await citizen.by('follow-send').click()
  await expect(citizen.by('follow-post').last().getByTestId('document-card')).toContainText('身份证.png')
  await expect(citizen.by('follow-draft')).toHaveCount(0)

  const received = agent.by('entry-citizen').filter({ hasText: '请看照片' })
  await received.getByTestId('document-open').click()
  await expect(agent.by('document-viewer')).toContainText('身份证.png')
  await agent.page.keyboard.press('Escape')
  await agent.by('compose-files').locator('input[type=file]').setInputFiles(pdf('领卡通知.pdf'))
  await expect(agent.by('composer-file')).toContainText('领卡通知.pdf')
  await agent.by('compose-send').click()
  await expect(agent.by('entry-reply').last()).toContainText('领卡通知.pdf')
  await agent.post(`/tickets/${ticket.id}/status`, { command: 'resolve' })

  await citizen.page.reload()
  await expect(citizen.by('follow-post').first()).toContainText('工作人员已打开')
  const download = citizen.page.waitForEvent('download')
  await citizen.by('follow-post').last().getByTestId('document-download').click()
  expect((await download).suggestedFilename()).toBe('领卡通知.pdf')
  await citizen.by('follow-confirm').click()
  await expect(citizen.by('follow-steps')).toHaveAttribute('data-done', '4')
  await expect(citizen.by('follow-kept')).toBeVisible()
})

test('a reply reaches the citizen’s own panel at once, and the launcher while that is closed', async ({
  stage,
}) => {
  const agent = await stage.agent('supervisor1', 'away')
  const citizen = await stage.citizen({ at: 'demo' })
  await citizen.ask('公积金怎么提取', 'chat')
  await expect(citizen.by('queue-position')).toBeVisible()
  const number = (await agent.desk()).queue.find((each) => each.topic === '公积金怎么提取')?.ticketNumber
  await citizen.by('leave-queue').click()
  await citizen.by('confirm-yes').click()
  await citizen.by('my-request').first().click()
  await expect(citizen.by('follow')).toContainText(number ?? 'no number')
  await agent.post(`/tickets/${number}/replies`, { kind: 'reply', body: '线上就可以提取' })
  await expect(citizen.by('follow-post').last()).toContainText('线上就可以提取')
  const badge = citizen.launcher.locator('b')
  await expect(badge).toBeHidden()
  await citizen.launcher.click()
  await agent.post(`/tickets/${number}/replies`, { kind: 'reply', body: '也可以到窗口办' })
  await expect(badge).toHaveText('1')
  await citizen.launcher.click()
  await expect(citizen.by('follow-post').last()).toContainText('也可以到窗口办')
  await expect(badge).toBeHidden()
})
