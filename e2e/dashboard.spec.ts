import type { DashboardTickets, DashboardView } from '../contract/dashboard.schema'
import { expectAccessible, expectNoSideways } from './support/accessibility'
import { expect, test } from './support/test'

/** A desk with something to count: three tickets opened by hand, one of them resolved. */
const prepare = async (agent: Awaited<ReturnType<import('./support/test').Stage['agent']>>) => {
  const { items } = await agent.get<{ items: { id: string }[] }>('/sites')
  const siteId = items[0]?.id
  const numbers: string[] = []
  for (const topic of ['企业开办咨询', '社保转移', '食品经营许可'])
    numbers.push(
      (await agent.post<{ ticket: { number: string } }>('/tickets', { siteId, topic })).ticket.number,
    )
  await agent.post(`/tickets/${numbers[0]}/status`, { command: 'resolve' })
  return numbers
}

test('a figure of the dashboard opens to as many tickets as it says', async ({ stage }) => {
  const supervisor = await stage.agent('supervisor1', 'away')
  await prepare(supervisor)
  await expect.poll(async () => (await supervisor.get<DashboardView>('/dashboard')).behindEvents).toBe(0)
  await supervisor.by('nav-dashboard').click()
  const card = supervisor.page.locator('[data-figure="created"]')
  await expect(card.getByTestId('figure-count')).not.toHaveAttribute('data-count', '0')
  await expectAccessible(supervisor.page, 'dashboard')
  const said = Number(await card.getByTestId('figure-count').getAttribute('data-count'))
  await card.getByTestId('figure-link').click()
  await expect(supervisor.by('list-count')).toHaveAttribute('data-count', String(said))
  await expect(supervisor.by('counted-row')).toHaveCount(Math.min(50, said))
  await expectAccessible(supervisor.page, 'what a figure counts')
  const listed = await supervisor.get<DashboardTickets>('/dashboard/tickets?figure=unresolved')
  const { counts } = await supervisor.get<DashboardView>('/dashboard')
  expect(listed.count).toBe(counts.unresolved)
  await supervisor.by('counted-row').first().press('Enter')
  await expect(supervisor.by('ticket-number').first()).toBeVisible()
  // And a number of agents to as many people.
  await supervisor.by('nav-dashboard').click()
  const away = supervisor.by('agents-away')
  await expect(away).not.toHaveAttribute('data-count', '0')
  await away.click()
  await expect(supervisor.by('agent-row').filter({ hasText: '王建国' })).toBeVisible()
  await expect(supervisor.by('agent-row')).toHaveCount(
    Number(await supervisor.by('list-count').getAttribute('data-count')),
  )
  await expectAccessible(supervisor.page, 'agents by state')
})

test('each chart has its table, by keyboard; the wall and reports', async ({ stage }) => {
  const supervisor = await stage.agent('supervisor1', 'away')
  await prepare(supervisor)
  const { page } = supervisor
  await supervisor.by('nav-dashboard').click()
  const toggle = supervisor.by('chart-toggle').nth(1)
  await toggle.focus()
  await page.keyboard.press('Enter')
  await expect(supervisor.by('chart-table')).toHaveCount(1)
  await expect(supervisor.by('chart-table').getByRole('link').first()).toBeVisible()
  await toggle.press('Enter')
  await expect(supervisor.by('chart-table')).toHaveCount(0)
  await page.setViewportSize({ width: 390, height: 844 })
  await expectNoSideways(page.mainFrame(), 'dashboard at 390 px')
  await page.setViewportSize({ width: 1440, height: 900 })
  await supervisor.by('open-wall').click()
  await expect(supervisor.by('wall')).toBeVisible()
  await expect(page.locator('[data-panel="now"]')).toBeVisible()
  await expectAccessible(page, 'wall')
  await expect(page.locator('[data-panel="figures"]')).toBeVisible({ timeout: 30_000 })
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await expect(supervisor.by('chart-toggle').first()).toBeVisible()
  await page.goto(`${supervisor.url}/console/reports?by=department`)
  await expect(supervisor.by('report-row').first()).toBeVisible()
  await supervisor.by('schedules').click()
  await expect(supervisor.by('schedule-add')).toBeVisible()
  await expectAccessible(page, 'reports')
  const [download] = await Promise.all([page.waitForEvent('download'), supervisor.by('export-xlsx').click()])
  expect(download.suggestedFilename()).toMatch(/\.xlsx$/)
})
