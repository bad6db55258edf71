import type { Locator } from '@playwright/test'
import { expectAccessible } from './support/accessibility'
import type { Agent } from './support/agent'
import { expect, type Stage, test } from './support/test'

interface Made {
  ticket: { id: string; number: string }
}

/** Tickets of this journey alone, told apart by a word of their own; returned in the order of the topics. */
async function open(agent: Agent, word: string, topics: readonly string[]): Promise<Made['ticket'][]> {
  const { items } = await agent.get<{ items: { id: string }[] }>('/sites')
  const made: Made['ticket'][] = []
  for (const topic of topics) {
    const body = {
      siteId: items[0]?.id,
      topic: `${topic} ${word}`,
      description: 'Passport lost at the airport',
    }
    made.push((await agent.post<Made>('/tickets', body)).ticket)
  }
  return made
}
/** Rests a finger on the card, holds it at the right edge until the column has come, and lets go there. */
async function carryByTouch(agent: Agent, card: Locator, target: Locator) {
  const devtools = await agent.page.context().newCDPSession(agent.page)
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', at?: { x: number; y: number }) =>
    devtools.send('Input.dispatchTouchEvent', { type, touchPoints: at ? [at] : [] })
  const box = await card.boundingBox()
  if (!box) throw new Error('The card is not on the screen')
  const y = box.y + 30
  await touch('touchStart', { x: box.x + 60, y })
  await expect(agent.by('board-hanging')).toBeVisible()
  await expect(async () => {
    await touch('touchMove', { x: 385, y })
    expect((await target.boundingBox())?.x).toBeLessThan(220)
  }).toPass()
  const there = await target.boundingBox()
  await touch('touchMove', { x: (there?.x ?? 0) + 80, y })
  await expect(target).toHaveAttribute('data-state', 'allowed')
  await touch('touchEnd')
}
const supervisor = (stage: Stage) => stage.agent('supervisor1', 'offline')

test('a supervisor changes many tickets and undoes it, searches in both languages, keeps a view', async ({
  stage,
}) => {
  const agent = await supervisor(stage)
  await open(agent, '甲批', ['社保卡补换', '营业执照变更', '公积金提取'])
  await agent.page.goto(`${agent.url}/console/tickets`)
  const own = agent.by('ticket-row').filter({ hasText: '甲批' })
  await expect(own).toHaveCount(3)

  await own.nth(0).getByTestId('ticket-choose').click()
  await own
    .nth(2)
    .getByTestId('ticket-choose')
    .click({ modifiers: ['Shift'] })
  await agent.by('bulk-assign').click()
  await agent.by('bulk-to-me').click()
  await expect(agent.by('bulk-outcome').getByTestId('bulk-result')).toHaveCount(3)
  const toast = agent.by('toast').filter({ hasText: '已修改 3 张工单' })
  await expect(toast).toBeVisible()
  await toast.getByText('撤销', { exact: true }).click()
  await expect(agent.by('toast').filter({ hasText: '已恢复 3 处' })).toBeVisible()

  for (const [words, marked] of [
    ['社保卡', '社保卡'],
    ['passport', 'Passport'],
  ] as const) {
    await expect(async () => {
      await agent.by('ticket-search').fill('')
      await agent.by('ticket-search').fill(words)
      await expect(agent.page.locator('mark').first()).toHaveText(marked, { timeout: 8000 })
    }).toPass()
  }
  await agent.by('ticket-search').fill('')
  await agent.by('quick-all_open').click()
  await agent.by('save-view').click()
  await agent.by('view-name').fill('甲批未结')
  await agent.by('view-save').click()
  await expect(agent.by('saved-view').filter({ hasText: '甲批未结' })).toBeVisible()
})

test('filters are chips in the address, put on and taken off by keyboard', async ({ stage }) => {
  const agent = await supervisor(stage)
  const [urgent] = await open(agent, '乙批', ['急办', '缓办'])
  await agent.patch(`/tickets/${urgent?.id}`, { priority: 'urgent' })
  await agent.page.goto(`${agent.url}/console/tickets`)
  const own = agent.by('ticket-row').filter({ hasText: '乙批' })
  await expect(own).toHaveCount(2)
  await expectAccessible(agent.page, 'ticket list')

  await agent.page.keyboard.press('f')
  await agent.by('pick-search').fill('优先级')
  await agent.page.keyboard.press('Enter')
  // The most urgent comes first.
  await agent.page.getByRole('listbox').focus()
  await agent.page.keyboard.press('Enter')
  await agent.page.keyboard.press('Escape')
  const chip = agent.by('filter-chip')
  await expect(chip).toHaveText(/优先级\s*紧急/)
  await expect(agent.page).toHaveURL(/priority=urgent/)
  await expect(own).toHaveCount(1)
  await agent.page.reload()
  await expect(chip).toHaveText(/优先级\s*紧急/)
  await expect(own).toHaveCount(1)
  await chip.getByRole('button').first().focus()
  await agent.page.keyboard.press('Delete')
  await expect(own).toHaveCount(2)
  await expect(agent.page).not.toHaveURL(/priority/)
})

test('a card is carried over the board by keyboard, refused where it may not go, and put back', async ({
  stage,
}) => {
  const agent = await supervisor(stage)
  const [ticket] = await open(agent, '丙批', ['看板'])
  await agent.post(`/tickets/${ticket?.id}/status`, { command: 'resume' })
  const many = Array.from({ length: 15 }, (_, at) => `长列${at}`)
  await open(agent, '丁批', many)
  await agent.page.goto(`${agent.url}/console/tickets?view=board`)
  const column = (status: string) =>
    agent.page.locator(`[data-testid="board-column"][data-status="${status}"]`)
  const cardIn = (status: string) => column(status).getByTestId('board-card').filter({ hasText: '丙批' })
  await expect(cardIn('open')).toBeVisible()
  await expectAccessible(agent.page, 'ticket board')
  // The first of them lies beyond the first cards: scrolling to the end brings it.
  const oldest = column('new').getByTestId('board-card').filter({ hasText: '长列0' })
  await column('new').getByTestId('board-card').last().scrollIntoViewIfNeeded()
  await oldest.scrollIntoViewIfNeeded()
  await expect(oldest).toBeVisible()

  await cardIn('open').focus()
  await agent.page.keyboard.press('Space')
  await agent.page.keyboard.press('ArrowLeft')
  await expect(column('new').getByTestId('board-refusal')).toBeVisible()
  await agent.page.keyboard.press('Space')
  await expect(agent.by('board-said')).toHaveText(/不能移到“新建”/)
  await expect(cardIn('open')).toHaveAttribute('data-lifted', 'true')
  await agent.page.keyboard.press('ArrowRight')
  await agent.page.keyboard.press('ArrowRight')
  await agent.page.keyboard.press('Space')
  await expect(cardIn('waiting_citizen')).toBeFocused()
  const toast = agent.by('toast').filter({ hasText: '已移到“待来访者回复”' })
  await toast.getByText('撤销', { exact: true }).click()
  await expect(cardIn('open')).toBeVisible()

  await cardIn('open').dragTo(column('on_hold'))
  await expect(agent.by('move-question')).toBeVisible()
  await agent.page.keyboard.press('Enter')
  await expect(cardIn('on_hold')).toBeVisible()
  await agent.page.setViewportSize({ width: 390, height: 844 })
  await cardIn('on_hold').scrollIntoViewIfNeeded()
  await carryByTouch(agent, cardIn('on_hold'), column('resolved'))
  await expect(cardIn('resolved')).toBeVisible()
})
