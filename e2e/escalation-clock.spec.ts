import type { Locator } from '@playwright/test'
import type { CalendarView, PolicyView, RuleView } from '../contract/sla.schema'
import type { TicketChange } from '../contract/tickets.schema'
import { expectAccessible, expectNoSideways } from './support/accessibility'
import type { Agent } from './support/agent'
import { keepShown } from './support/shown'
import { expect, test } from './support/test'

// A quarter of an hour a second: two hours in which nobody acknowledges are eight seconds.
test.use({ settings: { BANGBAN_CLOCK_RATE: '900' } })

interface List<T> {
  items: T[]
}
const phone = { width: 390, height: 844 }
const hour = 3600

/** Everybody works day and night, so that the journey does not depend on the weekday it is run on. */
async function workRoundTheClock(admin: Agent): Promise<string> {
  const week = [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, spans: [{ from: '00:00', to: '24:00' }] }))
  const calendar = { name: '全天', timeZone: 'Asia/Shanghai', week, exceptions: [] }
  const { id } = await admin.post<CalendarView>('/sla/calendars', calendar)
  const { items } = await admin.get<List<{ id: string; parentId: string | null }>>('/departments')
  for (const top of items.filter((each) => each.parentId === null))
    await admin.put(`/sla/departments/${top.id}`, { calendarId: id })
  return id
}

/** Four hours to the first answer; a quarter of them used up warns, the end of them is the team lead's matter. */
async function tightenTargets(admin: Agent, calendarId: string): Promise<void> {
  const policies = await admin.get<List<PolicyView>>('/sla/policies')
  const policy = policies.items.find((each) => each.isDefault)
  if (!policy) throw new Error('No default policy')
  const { name, isActive, conditions, pausesOn } = policy
  const targets = { firstResponseSeconds: 4 * hour, nextResponseSeconds: null, resolutionSeconds: 200 * hour }
  const body = { name, isActive, conditions, pausesOn, calendarId, ...targets }
  await admin.put(`/sla/policies/${policy.id}`, body)
  const rules = await admin.get<List<RuleView>>('/sla/rules')
  const rule = rules.items.find((each) => each.clockKind === 'first_response')
  if (!rule) throw new Error('No rule for the first response')
  await admin.put(`/sla/rules/${rule.id}`, {
    name: rule.name,
    clockKind: rule.clockKind,
    policyId: null,
    isActive: true,
    steps: [
      { trigger: 'warn', atPercent: 25, afterSeconds: null, action: 'notify', level: 1 },
      { trigger: 'breach', atPercent: null, afterSeconds: 0, action: 'escalate', level: 2 },
    ],
  })
}

/** A street office with a head of its own: each of the three levels above the owner is another person. */
async function appointHead(admin: Agent): Promise<string> {
  const departments = await admin.get<List<{ id: string; name: string }>>('/departments')
  const office = departments.items.find((each) => each.name.startsWith('城关街道'))
  const people = await admin.get<List<{ id: string; name: string }>>('/agents')
  const head = people.items.find((each) => each.name === '陈晓雯')
  if (!office || !head) throw new Error('No street office, or nobody to lead it')
  await admin.put(`/departments/${office.id}/leaders`, { leaders: [{ agentId: head.id, role: 'head' }] })
  return office.id
}

async function openTicket(agent: Agent, departmentId: string) {
  const sites = await agent.get<List<{ id: string }>>('/sites')
  const siteId = sites.items[0]?.id
  if (!siteId) throw new Error('No site to open a ticket for')
  return (await agent.post<TicketChange>('/tickets', { siteId, departmentId, topic: '低保金三个月没有到账' }))
    .ticket
}

/** Acknowledges, names the next step with its date and closes with a result, all by thumb. */
async function settle(owner: Agent): Promise<void> {
  await owner.by('escalation-acknowledge').click()
  await expect(owner.by('escalation-status')).toContainText('办理中')
  await owner.by('escalation-act').click()
  await owner.by('escalation-next-action').fill('与民政局核对发放名册')
  const nextWeek = new Date(Date.now() + 7 * 24 * hour * 1000).toISOString().slice(0, 16)
  await owner.by('escalation-next-at').fill(nextWeek)
  await owner.by('escalation-submit').click()
  await expect(owner.by('escalation-next')).toContainText('与民政局核对发放名册')
  await owner.by('escalation-close').click()
  await owner.by('escalation-result').fill('已补发三个月低保金')
  await owner.by('escalation-cause').click()
  await owner.page.getByRole('option', { name: '办理拖延' }).click()
  await owner.by('escalation-accountability').fill('街道每月核对名册，王建国负责')
  await owner.by('escalation-submit').click()
  await expect(owner.by('escalation-status')).toContainText('已办结')
}

/** Each of the words stands in a line of its own, each line after the one before; no line is a bare key. */
async function expectInOrder(lines: Locator, words: readonly RegExp[]): Promise<void> {
  await expect(lines.filter({ hasText: words.at(-1) })).not.toHaveCount(0)
  const texts = await lines.allInnerTexts()
  expect(texts.filter((text) => /\b(sla|escalations?|tickets?)[._][a-z]/.test(text))).toEqual([])
  let from = 0
  for (const word of words) {
    const at = texts.findIndex((text, index) => index >= from && word.test(text))
    expect(at, `${word} after line ${from} of\n${texts.join('\n')}`).toBeGreaterThanOrEqual(0)
    from = at + 1
  }
}

test('a ticket warns, breaches and climbs three levels; its last owner settles it from a phone', async ({
  stage,
}) => {
  const admin = await stage.agent('admin1', 'offline')
  await tightenTargets(admin, await workRoundTheClock(admin))
  const officeId = await appointHead(admin)
  const desk = await stage.agent('supervisor1', 'offline')
  const mobile = await stage.agent('supervisor1', 'offline')
  await mobile.page.setViewportSize(phone)
  await mobile.by('nav-escalations').click()

  const clock = await keepShown(
    desk.page,
    '[data-testid="ticket-clocks"] [data-testid="due-chip"]',
    'data-state',
  )
  const matters = await keepShown(desk.page, '[data-testid="ticket-escalations"]', 'data-testid')
  const cards = await keepShown(mobile.page, '[data-testid="escalation-card"]', 'data-column')
  const ticket = await openTicket(desk, officeId)
  await desk.page.goto(`${desk.url}/console/tickets/${ticket.number}`)
  const has = async (lines: () => Promise<string[]>, start: string, ...words: string[]) =>
    (await lines()).some((line) => line.startsWith(start) && words.every((word) => line.includes(word)))
  await expect.poll(() => has(clock, 'breached ', '已超时')).toBe(true)
  expect(await has(clock, 'warned ', '即将超时')).toBe(true)

  // Nobody acknowledges: it rises by itself, each time to somebody else.
  const board = mobile.by('escalation-board')
  for (const [level, owner] of [
    ['2 ', '陈晓雯'],
    ['3 ', '刘志远'],
    ['4 ', '王建国'],
  ] as const) {
    await expect.poll(() => has(cards, level, ticket.number, owner), { message: `level ${level}` }).toBe(true)
    await expect
      .poll(() => has(matters, '', owner), { message: `the ticket's page names ${owner}` })
      .toBe(true)
  }
  const column = board.locator('[data-column="4"]')
  await expect(column.getByTestId('escalation-card').filter({ hasText: ticket.number })).toBeVisible()
  await expect(board.getByTestId('escalation-card')).toHaveCount(1)
  // Twenty minutes on its last desk, and nobody has touched it: the wall says at whom it lies.
  await admin.page.goto(`${admin.url}/console/wall`)
  await expect(admin.by('wall-red')).toHaveAttribute('data-count', '1')
  await expect(admin.by('wall-red')).toContainText('1 件督办 20 分钟无人处理')
  await expect(admin.by('wall-red')).toContainText('王建国')
  await mobile.by('escalation-card').click()
  await expect(mobile.by('escalation-owner')).toContainText('王建国')
  await expectNoSideways(mobile.page.mainFrame(), 'matter at 390 px')
  await settle(mobile)
  await expect(admin.by('wall-red')).toHaveCount(0)
  await expectAccessible(mobile.page, 'settled matter at 390 px')

  await expectInOrder(desk.by('timeline').getByTestId('entry-event'), [
    /首次响应已用 25%，即将超时/,
    /首次响应超时/,
    /进入督办，由陈晓雯负责/,
    /督办升级，由陈晓雯交刘志远/,
    /督办升级，由刘志远交王建国/,
    /督办：王建国认领/,
    /督办：王建国定下一步/,
    /督办办结/,
  ])
  const card = desk.by('ticket-escalations')
  await card.locator('summary').click()
  await expect(card).toContainText('已补发三个月低保金')
  await desk.by('profile-menu').click()
  await desk.by('menu-language').click()
  await expectInOrder(desk.by('timeline').getByTestId('entry-event'), [
    /First response.* 25/,
    /First response/,
    /Escalated, 陈晓雯 answers for it/,
    /Escalation went up, from 陈晓雯 to 刘志远/,
    /Escalation went up, from 刘志远 to 王建国/,
    /Escalation: 王建国 took it on/,
    /Escalation: 王建国 named the next step/,
    /Escalation closed/,
  ])
  await card.getByRole('link').click()
  await expect(desk.by('escalation-status')).toContainText('Closed')
  // The latest stands first.
  await expectInOrder(desk.by('escalation-path').getByRole('listitem'), [
    /王建国[\s\S]*已补发三个月低保金/,
    /王建国[\s\S]*与民政局核对发放名册/,
    /王建国/,
    /4[\s\S]*刘志远[\s\S]*王建国/,
    /3[\s\S]*陈晓雯[\s\S]*刘志远/,
    /陈晓雯/,
  ])
})
