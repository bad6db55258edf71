import { join } from 'node:path'
import Database from 'better-sqlite3'
import type { TicketChange, TicketDetail } from '../contract/tickets.schema'
import { expectAccessible } from './support/accessibility'
import type { Agent } from './support/agent'
import { expect, test } from './support/test'

const identityOf = (agent: Agent) =>
  agent.get<{ agent: { id: string; name: string } }>('/auth/me').then((me) => me.agent)
const nameOf = async (agent: Agent) => (await identityOf(agent)).name

/** Both see it: the colleague is of another department and was asked in. */
async function openTicket(agent: Agent, topic: string, colleague: Agent) {
  const { items } = await agent.get<{ items: { id: string }[] }>('/sites')
  const body = { siteId: items[0]?.id, topic, contactName: '李华', assignToMe: true }
  const { ticket } = await agent.post<TicketChange>('/tickets', body)
  const add = [(await identityOf(colleague)).id]
  return (await agent.post<TicketChange>(`/tickets/${ticket.id}/participants`, { add })).ticket
}
async function show(agent: Agent, number: string): Promise<void> {
  await agent.page.goto(`${agent.url}/console/tickets/${number}`)
  await expect(agent.by('timeline')).toBeVisible()
}
const write = async (agent: Agent, text: string) => {
  await agent.by('compose-text').pressSequentially(text)
}

test('two agents on one ticket do not answer twice', async ({ stage }) => {
  const first = await stage.agent('agent1', 'offline')
  const second = await stage.agent('agent2', 'offline')
  const ticket = await openTicket(first, '营业执照遗失补办', second)
  await Promise.all([show(first, ticket.number), show(second, ticket.number)])
  await expect(first.by('lookers')).toContainText(await nameOf(second))

  await test.step('who writes is seen before the other sends', async () => {
    await write(second, '可以当天补')
    await expect(first.by('collision')).toContainText(await nameOf(second))
  })

  await test.step('what arrived meanwhile refuses the second answer', async () => {
    await write(first, '请带身份证原件')
    const sent = second.page.waitForResponse((answer) => answer.url().endsWith('/replies'))
    const held = first.page.route('**/replies', async (route) => {
      // As a page sends it that has not heard of the answer yet: the feed is usually faster than the test.
      const body = { ...route.request().postDataJSON() }
      if (!body.force) body.lastReplyId = null
      await route.continue({ postData: JSON.stringify(body) })
    })
    await Promise.all([sent, held, second.by('compose-text').press('ControlOrMeta+Enter')])
    await first.by('compose-text').press('ControlOrMeta+Enter')
    await expect(first.by('newer-reply')).toBeVisible()
    await expect(first.by('entry-reply')).toContainText('可以当天补')
    await expect(first.by('compose-text')).toHaveValue('请带身份证原件')
    await first.by('send-anyway').click()
    await expect(first.by('entry-reply')).toHaveCount(2)
    await expect(first.by('newer-reply')).toHaveCount(0)
  })
  await expect(second.by('entry-reply')).toHaveCount(2)
})

test('a note names a colleague by keyboard; state, owner and tags change by key and back', async ({
  stage,
}) => {
  const agent = await stage.agent('agent1', 'offline')
  const colleague = await stage.agent('agent2', 'offline')
  const name = await nameOf(colleague)
  const ticket = await openTicket(agent, '食品经营许可换证', colleague)
  await Promise.all([show(agent, ticket.number), show(colleague, ticket.number)])
  const { keyboard } = agent.page

  await test.step('@ finds the colleague', async () => {
    await keyboard.press('n')
    await write(agent, `请@${name.slice(0, 2)}`)
    await expect(agent.by('composer-entry').filter({ hasText: name })).toBeVisible()
    await keyboard.press('Enter')
    await write(agent, '看一下')
    await keyboard.press('ControlOrMeta+Enter')
    await expect(colleague.by('entry-note')).toContainText(`@${name} 看一下`)
    const { more } = await agent.get<TicketDetail>(`/tickets/${ticket.id}`)
    expect(more.participants.map((each) => each.name)).toContain(name)
  })

  await test.step('what is typed and not sent survives', async () => {
    await agent.by('compose-reply').click()
    await write(agent, '稍后再发')
    await expect
      .poll(async () =>
        (await agent.get<TicketDetail>(`/tickets/${ticket.id}`)).drafts.map((each) => each.body),
      )
      .toEqual(['稍后再发'])
    await agent.page.reload()
    await expect(agent.by('compose-text')).toHaveValue('稍后再发')
    await agent.by('compose-text').press('Escape')
  })

  await test.step('s changes the state, and the change is taken back', async () => {
    await keyboard.press('s')
    await expect(agent.by('pick-item').first()).toBeVisible()
    await keyboard.press('ArrowDown')
    await agent.by('pick-item').filter({ hasText: '等来访者回复' }).click()
    await expect(agent.by('status-chip')).toHaveText('待来访者回复')
    await expect(colleague.by('status-chip')).toHaveText('待来访者回复')
    await agent.page.getByRole('button', { name: '撤销' }).click()
    await expect(agent.by('status-chip')).toHaveText('办理中')
  })

  await test.step('a gives it to a colleague, t puts a new tag on', async () => {
    await keyboard.press('a')
    await agent.by('pick-search').fill(name)
    await expect(agent.by('pick-item')).toHaveCount(1)
    await keyboard.press('Enter')
    await expect(agent.by('ticket-assignee')).toContainText(name)
    await keyboard.press('t')
    await agent.by('pick-search').fill('回访')
    await expect(agent.by('pick-item')).toHaveCount(1)
    await keyboard.press('Enter')
    await expect(colleague.by('ticket-tags')).toContainText('回访')
    await keyboard.press('Escape')
  })
})

/** A field that must be filled, written where an administrator's form would write it. */
function requireField(dataDir: string, label: string): () => void {
  const db = new Database(join(dataDir, 'bangban.db'))
  const id = `fld_${'R'.repeat(20)}`
  db.prepare(
    `insert into ticket_fields (id, label, label_en, kind, choices, is_required, is_active, position, created_at)
     values (?, ?, ?, 'text', '[]', 1, 1, 0, 0)`,
  ).run(id, label, 'Licence number')
  return () => {
    db.prepare('delete from ticket_field_values where field_id = ?').run(id)
    db.prepare('delete from ticket_fields where id = ?').run(id)
    db.close()
  }
}

test('a ticket with an empty required field is not resolved; its page is accessible', async ({
  stage,
  installation,
}) => {
  const agent = await stage.agent('agent1', 'offline')
  const colleague = await stage.agent('agent2', 'offline')
  const ticket = await openTicket(agent, '补办执照', colleague)
  const takeBack = requireField(installation.dataDir, '执照编号')
  try {
    await show(agent, ticket.number)
    await write(agent, '已经办好')
    await agent.by('compose-more').click()
    await agent.by('send-resolve').click()
    const field = agent.by('field-执照编号')
    await expect(field.getByRole('alert')).toBeVisible()
    // Refused whole: the text is still there, and nothing was sent.
    await expect(agent.by('compose-text')).toHaveValue('已经办好')
    await expect(agent.by('entry-reply')).toHaveCount(0)
    await expectAccessible(agent.page, 'ticket, a field missing')

    await field.getByRole('textbox').fill('92130600MA0')
    await field.getByRole('textbox').press('Enter')
    await expect(field.getByRole('alert')).toHaveCount(0)
    await agent.by('compose-more').click()
    await agent.by('send-resolve').click()
    await expect(agent.by('status-chip')).toHaveText('已解决')
    await agent.by('ticket-status').click()
    await expect(agent.by('pick-item').first()).toBeVisible()
    await expectAccessible(agent.page, 'ticket, choosing a state')
  } finally {
    takeBack()
  }
  await agent.page.keyboard.press('Escape')
  await agent.page.setViewportSize({ width: 390, height: 844 })
  await expectAccessible(agent.page, 'ticket on a phone')
  await agent.by('side-facts').click()
  await expect(agent.by('ticket-priority')).toBeVisible()
  await expectAccessible(agent.page, 'ticket on a phone, details')
})
