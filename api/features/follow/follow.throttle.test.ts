import { describe, expect, it } from 'vitest'
import { follow, open, test, useWorld } from './testing/follow.world'

useWorld()

describe('files with a citizen’s reply', () => {
  it('are so many in ten minutes, however many sessions a link opens', async () => {
    const ticket = await open()
    const bearer = await follow(ticket.id)
    const put = (token: string) =>
      test.app.request(`/api/v1/follow/tickets/${ticket.number}/documents?name=a.exe`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${token}` },
        body: 'MZ',
      })
    const sessions = [bearer, await follow(ticket.id), await follow(ticket.id)]
    const answers = new Set<number>()
    for (let i = 0; i < 61; i++) {
      const refused = await put(sessions[i % 3] ?? '')
      answers.add(refused.status)
    }
    expect([...answers]).toEqual([415, 429])
  })
})
