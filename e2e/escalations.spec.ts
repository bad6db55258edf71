import type { TicketChange, TicketView } from '../contract/tickets.schema'
import { expectAccessible, expectNoSideways } from './support/accessibility'
import type { Agent } from './support/agent'
import { expect, test } from './support/test'

const phone = { width: 390, height: 844 }

/** A complaint: the head of the ticket's department has to answer for it. */
async function complain(agent: Agent, topic: string): Promise<TicketView> {
  const { items } = await agent.get<{ items: { id: string }[] }>('/sites')
  const siteId = items[0]?.id
  if (!siteId) throw new Error('No site to open a ticket for')
  const { ticket } = await agent.post<TicketChange>('/tickets', { siteId, topic })
  await agent.patch(`/tickets/${ticket.id}`, { isComplaint: true })
  return ticket
}

test('a head on a phone takes a complaint on, names the next step and closes it with a result', async ({
  stage,
}) => {
  const agent = await stage.agent('agent1', 'away')
  const head = await stage.agent('supervisor1', 'away')
  await head.page.setViewportSize(phone)
  await head.by('nav-escalations').click()
  await expect(head.by('escalation-board').or(head.page.getByText('没有待督办的事项'))).toBeVisible()
  const ticket = await complain(agent, '窗口说法前后不一')
  // It arrives by itself, with the number beside the section.
  const card = head.by('escalation-card').filter({ hasText: ticket.number })
  await expect(card).toBeVisible()
  await expectNoSideways(head.page.mainFrame(), 'board at 390 px')
  await expectAccessible(head.page, 'board at 390 px')
  // The notice leads to the matter itself.
  await head.by('notifications').click()
  await head.by('notice').filter({ hasText: ticket.number }).filter({ hasText: '升级给您' }).click()
  await expect(head.by('escalation-owner')).toContainText('王建国')
  await expectAccessible(head.page, 'matter at 390 px')
  await head.by('escalation-acknowledge').click()
  await expect(head.by('escalation-status')).toContainText('办理中')

  await head.by('escalation-act').click()
  await head.by('escalation-submit').click()
  await expect(head.by('escalation-dialog').getByRole('alert').first()).toBeVisible()
  await head.by('escalation-next-action').fill('向窗口核实并回电')
  await head.by('preset-tomorrow').click()
  await expectAccessible(head.page, 'next step at 390 px')
  await head.by('escalation-submit').click()
  await expect(head.by('escalation-next')).toContainText('向窗口核实并回电')

  await head.by('escalation-close').click()
  await head.by('escalation-submit').click()
  // Without a result it does not close.
  await expect(head.by('escalation-dialog')).toBeVisible()
  await head.by('escalation-result').fill('已当面说明并致歉')
  await head.by('escalation-cause').click()
  await head.page.getByRole('option', { name: '告知有误' }).click()
  await head.by('escalation-accountability').fill('窗口统一口径，周五前培训')
  await head.by('escalation-submit').click()
  await expect(head.by('escalation-status')).toContainText('已办结')
  await expect(head.by('escalation-path')).toContainText('已当面说明并致歉')
  await expectNoSideways(head.page.mainFrame(), 'closed matter at 390 px')

  await agent.page.goto(`${agent.url}/console/tickets/${ticket.number}`)
  await expect(agent.by('ticket-escalations')).toContainText('1')
})

test('what cannot be settled here goes to a department, comes back with a reason, and every screen is accessible', async ({
  stage,
}) => {
  const agent = await stage.agent('agent1', 'away')
  const head = await stage.agent('inspector1', 'away')
  const ticket = await complain(agent, '食品许可平面图怎么画')
  await agent.page.goto(`${agent.url}/console/tickets/${ticket.number}`)
  await agent.by('raise-escalation').click()
  await agent.by('pick-search').fill('市场监督')
  await agent.by('pick-item').first().click()
  await agent.by('raise-why').fill('平面图要由市场监管核定')
  await expectAccessible(agent.page, 'cannot be settled here')
  await agent.by('raise-submit').click()
  await expect(agent.by('ticket-escalations')).toContainText('赵海峰')

  await head.by('nav-escalations').click()
  await head.by('escalation-card').filter({ hasText: ticket.number }).click()
  await expectAccessible(head.page, 'board with a matter beside it')
  await head.by('escalation-refuse').click()
  await head.by('escalation-reason').fill('由县局核定')
  await head.by('escalation-submit').click()
  await expect(head.by('escalation-owner')).toContainText('陈晓雯')
  await expect(agent.by('ticket-escalations')).toContainText('陈晓雯')
  await head.by('view-list').click()
  await expect(head.by('escalation-row').first().or(head.page.getByText('没有待督办的事项'))).toBeVisible()
  await expectAccessible(head.page, 'list of matters')

  const supervisor = await stage.agent('supervisor1', 'away')
  await supervisor.page.goto(`${supervisor.url}/console/escalations/report`)
  await supervisor.page.locator('[data-figure=raised]').first().click()
  await expect(supervisor.by('report-matters').getByRole('link').first()).toBeVisible()
  await expectAccessible(supervisor.page, 'accountability report')
  await supervisor.page.goto(`${supervisor.url}/console/account`)
  await expect(supervisor.by('absences').first()).toBeVisible()
  await expectAccessible(supervisor.page, 'account with absences')
})
