import type { FieldSettings } from '../contract/ticket-settings.schema'
import type { TicketChange, TicketDetail } from '../contract/tickets.schema'
import { expectAccessible } from './support/accessibility'
import type { Agent } from './support/agent'
import { expect, test } from './support/test'

async function openTicket(agent: Agent, topic: string) {
  const { items } = await agent.get<{ items: { id: string }[] }>('/sites')
  const body = { siteId: items[0]?.id, topic, contactName: '李华', contactPhone: '13800001111' }
  return (await agent.post<TicketChange>('/tickets', body)).ticket
}
async function show(agent: Agent, number: string): Promise<void> {
  await agent.page.goto(`${agent.url}/console/tickets/${number}`)
  await expect(agent.by('timeline')).toBeVisible()
  await expect(agent.by('family-card')).toBeVisible()
}
const detail = (agent: Agent, id: string) => agent.get<TicketDetail>(`/tickets/${id}`)

test('a ticket is merged into its duplicate, its number leads there, and the merge is undone', async ({
  stage,
}) => {
  const agent = await stage.agent('agent1', 'offline')
  const kept = await openTicket(agent, '营业执照换证合并')
  const twin = await openTicket(agent, '营业执照换证合并')
  await agent.post(`/tickets/${twin.id}/replies`, { kind: 'reply', body: '请带旧执照' })
  await show(agent, twin.number)
  await expect(agent.by('duplicates')).toContainText(kept.number)

  await test.step('the likely duplicate is offered first', async () => {
    await agent.by('family-menu').click()
    await agent.by('family-merge').click()
    await agent.by('ticket-pick-item').filter({ hasText: kept.number }).click()
    await expect(agent.by('ticket-pick-preview')).toContainText(kept.number)
    await expectAccessible(agent.page, 'choosing a ticket to merge into')
    await agent.by('ticket-pick-submit').click()
    await expect(agent.by('ticket-number').first()).toHaveText(kept.number)
    await expect(agent.by('entry-reply')).toContainText('请带旧执照')
  })

  await test.step('the old number leads to the ticket that goes on', async () => {
    await agent.page.goto(`${agent.url}/console/tickets/${twin.number}`)
    await expect(agent.by('merged-banner')).toContainText(twin.number)
    await expect(agent.by('ticket-number').first()).toHaveText(kept.number)
    await expectAccessible(agent.page, 'ticket that absorbed another one')
  })

  await test.step('undone, everything is back', async () => {
    await agent.by('undo-merge').click()
    await expect(agent.by('family-absorbed')).toHaveCount(0)
    await expect(agent.by('entry-reply')).toHaveCount(0)
    const back = await detail(agent, twin.id)
    expect(back.ticket.status).toBe('open')
    expect(back.replies.map((each) => each.body)).toEqual(['请带旧执照'])
  })
})

test('a macro is made, refused by an empty required field, and then answers and resolves in one go', async ({
  stage,
}) => {
  const admin = await stage.agent('admin1', 'offline')
  const agent = await stage.agent('agent1', 'offline')
  const ticket = await openTicket(agent, '社保转移接续')

  await test.step('the administrator asks for a number', async () => {
    await admin.page.goto(`${admin.url}/console/admin/ticket-settings/fields`)
    await admin.by('field-create').click()
    await admin.by('field-label').fill('社保编号')
    await admin.by('field-required').click()
    await expectAccessible(admin.page, 'new field')
    await admin.by('field-save').click()
    await expect(admin.by('field-row').filter({ hasText: '社保编号' })).toBeVisible()
    await expectAccessible(admin.page, 'ticket fields')
  })
  try {
    await test.step('the agent writes a macro with a preview', async () => {
      await agent.page.goto(`${agent.url}/console/macros`)
      await agent.by('macro-create').first().click()
      await agent.by('macro-name').fill('社保办结')
      await agent.by('macro-reply').fill('{{contact.name}}您好，{{ticket.number}} 已办结。')
      await expect(agent.by('macro-preview')).toContainText('20261122-00042')
      await agent.by('macro-add-step').click()
      await agent.by('macro-step').locator('select').last().selectOption('resolve')
      await expectAccessible(agent.page, 'new macro')
      await agent.by('macro-save').click()
      await expect(agent.by('macro-row').filter({ hasText: '社保办结' })).toBeVisible()
      await expectAccessible(agent.page, 'macros')
    })
    const pick = async () => {
      await agent.by('compose-text').pressSequentially('/社保')
      await expect(agent.by('composer-entry')).toHaveCount(1)
      await agent.by('compose-text').press('Enter')
      await expect(agent.by('macro-dialog')).toContainText(ticket.number)
      await agent.by('macro-apply').click()
    }

    await test.step('the required field holds everything back', async () => {
      await show(agent, ticket.number)
      await pick()
      await expect(agent.by('macro-problem')).toContainText('社保编号')
      await expectAccessible(agent.page, 'macro refused')
      expect((await detail(agent, ticket.id)).replies).toEqual([])
      await agent.page.keyboard.press('Escape')
    })

    await test.step('filled in, it answers and resolves; undo takes back the status, not the reply', async () => {
      const field = agent.by('field-社保编号').getByRole('textbox')
      await field.fill('A-1001')
      await field.press('Enter')
      await expect
        .poll(
          async () =>
            (await detail(agent, ticket.id)).more.fields.find((each) => each.label === '社保编号')?.value,
        )
        .toBe('A-1001')
      await pick()
      await expect(agent.by('entry-reply')).toContainText(`李华您好，${ticket.number} 已办结。`)
      await expect(agent.by('status-chip')).toHaveText('已解决')
      await agent.page.getByRole('button', { name: '撤销', exact: true }).click()
      await expect(agent.by('status-chip')).not.toHaveText('已解决')
      await expect(agent.by('entry-reply')).toHaveCount(1)
    })
  } finally {
    const { items } = await admin.get<FieldSettings>('/ticket-fields')
    for (const field of items.filter((each) => each.label === '社保编号'))
      await admin.patch(`/ticket-fields/${field.id}`, { isActive: false })
  }
})

test('an administrator calls a status something else, and the console says so', async ({ stage }) => {
  const admin = await stage.agent('admin1', 'offline')
  const ticket = await openTicket(await stage.agent('agent1', 'offline'), '换个叫法')
  try {
    await admin.page.goto(`${admin.url}/console/admin/ticket-settings/labels`)
    await admin.by('label-new').fill('待签收')
    await admin.by('label-en-new').fill('To be signed for')
    await expectAccessible(admin.page, 'status names')
    await admin.by('labels-save').click()
    await show(admin, ticket.number)
    await expect(admin.by('status-chip')).toHaveText('待签收')
  } finally {
    await admin.put('/tickets/labels', { items: [] })
  }
})
