/** Three weeks of a desk, lived through over the API under a clock that is moved. */
import { type Case, cases, citizens } from './cases'
import { Person } from './person'
import { day, hour, minute, type WeeksClock } from './weeks.clock'
import { House, type Item, type Listed } from './weeks.house'

interface Step {
  at: number
  run(): Promise<unknown>
}
interface Matter {
  id: string
  owner: Item
  status: string
  nextActionAt: string | null
  ticketNumber: string
}
interface Ticket {
  ticket: { id: string; number: string }
}

/** A small generator with a fixed seed: what happens is varied and always the same. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

const conversation: readonly ['agent' | 'citizen', string][] = [
  ['citizen', '低保金三个月没有到账了，我去银行查过，卡里没有'],
  ['agent', '王女士您好，最近换过银行卡吗？'],
  ['citizen', '上半年丢过一次，补办了新的'],
  ['agent', '原因找到了：名册里还是旧卡号。我转给民政局补录，今天就有人联系您'],
]
export class Weeks extends House {
  private readonly random = seeded(20261120)
  private readonly steps: Step[] = []
  /** Tickets of consultations: fewer of their applications come back. */
  private readonly helped = new Set<string>()
  private readonly learned = { helped: 0, alone: 0 }
  private mornings: readonly number[] = []
  /** The ticket whose matter is told in full, and its citizen's link. */
  showNumber = ''
  followUrl = ''

  constructor(
    url: string,
    private readonly clock: WeeksClock,
    passwordOf: (username: string) => string,
  ) {
    super(url, passwordOf)
  }

  private pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.random() * list.length)] as T
  }
  /** What falls into the night or a weekend is done in the first half hour of the next working day. */
  private later(at: number, run: () => Promise<unknown>): void {
    const isWorking = this.mornings.some(
      (morning) => at >= morning - 10 * minute && at <= morning + 8.5 * hour,
    )
    const next = this.mornings.find((morning) => morning > at)
    if (isWorking) this.steps.push({ at, run })
    else if (next) this.steps.push({ at: next + Math.floor(this.random() * 30 * minute), run })
  }

  /** Lives from the first morning to the end and leaves the clock there. */
  async live(mornings: readonly number[], end: number): Promise<void> {
    this.mornings = mornings
    this.clock.set((mornings[0] ?? end) - 30 * minute)
    await this.moveIn()
    for (const [index, morning] of mornings.entries()) {
      this.planDay(morning, end, index)
      for (const round of [40 * minute, 4 * hour, 7 * hour])
        this.later(morning + round, () => this.seeToMatters(end))
    }
    const show = mornings.at(-2) ?? end
    this.later(show + hour, () => this.showCase(show + hour))
    while (this.steps.length > 0) {
      this.steps.sort((a, b) => a.at - b.at)
      const step = this.steps.shift()
      if (!step || step.at > end) break
      if (end - step.at < 2 * day) await this.clock.pass(step.at)
      else await this.clock.leap(step.at)
      await step.run()
    }
    await this.clock.pass(end)
    await this.clock.rest()
  }

  private planDay(morning: number, end: number, index: number): void {
    const isLast = end - morning < 3 * hour
    const asked = isLast ? 11 : 5 + Math.floor(this.random() * 4)
    for (let at = 0; at < asked; at++) {
      const when = morning + Math.floor(this.random() * (isLast ? 1.4 : 6.5) * hour)
      const one = cases[(index * 7 + at * 3 + Math.floor(this.random() * 2)) % cases.length] as Case
      if (this.random() < 0.6) this.later(when, () => this.consult(one, when))
      else this.later(when, () => this.takeDown(one, when))
    }
  }

  /** A citizen asks in writing and is answered, or has left by then. */
  private async ask(
    one: Case,
    helper: string,
    [name, phone]: readonly [string, string],
    leavingShare: number,
  ) {
    const agent = this.person(helper)
    await agent.put('/presence', { availability: 'available' })
    const session = await new Person(this.url).post<{ token: string }>('/visitors', { site: 'demo' })
    const citizen = new Person(this.url, { authorization: `Bearer ${session.token}` })
    const itemId = one.item ? this.itemIds.get(one.item) : undefined
    const { state } = await citizen.post<{ state: { consultation: Item } }>('/consultations', {
      channel: 'chat',
      topic: one.topic,
      name,
      phone,
      ...(itemId ? { serviceItemId: itemId } : {}),
    })
    const path = `/consultations/${state.consultation.id}`
    const wait = this.random() < 0.75 ? 3 + this.random() * 14 : 21 + this.random() * 60
    await this.clock.pass(this.clock.now + wait * 1000)
    const isLeft = this.random() < leavingShare
    if (isLeft) await citizen.post(`${path}/leave`)
    else await agent.post(`${path}/accept`, { tab: 'three-weeks' })
    return { agent, citizen, path, itemId, isLeft }
  }

  /** A consultation from the queue to the rating. */
  private async consult(one: Case, when: number): Promise<void> {
    const helper = this.pick(['agent1', 'agent1', 'agent2'])
    const { agent, citizen, path, itemId, isLeft } = await this.ask(one, helper, this.pick(citizens), 0.06)
    if (isLeft) return
    await citizen.post(`${path}/messages`, { body: one.description })
    await this.clock.pass(this.clock.now + minute)
    await agent.post(`${path}/messages`, { body: one.answer })
    await this.clock.pass(this.clock.now + 4 * minute)
    await agent.post(`${path}/end`)
    const isSolved = this.random() < 0.55
    await agent.post(`${path}/wrap-up`, {
      outcome: isSolved ? 'solved' : 'follow_up',
      topic: one.topic,
      note: one.answer,
      ...(itemId ? { serviceItemId: itemId } : {}),
    })
    const stars = this.random() < 0.04 ? 2 : this.random() < 0.2 ? 4 : 5
    if (this.random() < 0.7)
      await citizen.post(`${path}/rating`, { stars, ...(stars < 3 ? { comment: '说好回电话，没有回' } : {}) })
    const ticketId = await this.ticketOf(agent, path)
    this.helped.add(ticketId)
    await agent.put(`/tickets/${ticketId}/tags`, { tags: one.tags })
    if (isSolved) this.later(when + day, () => this.learn(ticketId, helper))
    else this.follow(one, ticketId, helper, when)
  }

  private async ticketOf(agent: Person, path: string): Promise<string> {
    const { state } = await agent.get<{ state: { consultation: { ticketId: string } } }>(path)
    return state.consultation.ticketId
  }

  /** Whether the application went through in the end. */
  private async learn(ticketId: string, handler: string): Promise<void> {
    const kind = this.helped.has(ticketId) ? 'helped' : 'alone'
    this.learned[kind] += 1
    // Counted, not drawn: so few draws would tell another tale each time.
    const isReturned = this.learned[kind] % (kind === 'helped' ? 20 : 8) === 5
    await this.person(handler).patch(`/tickets/${ticketId}`, {
      application: isReturned ? { result: 'returned', reason: '材料不全' } : { result: 'accepted' },
    })
  }

  /** A matter taken down at the desk or handed on by the hotline. */
  private async takeDown(one: Case, when: number): Promise<void> {
    const agent = this.person('agent1')
    const [contactName, contactPhone] = this.pick(citizens)
    const itemId = one.item ? this.itemIds.get(one.item) : undefined
    const roll = this.random()
    const { ticket } = await agent.post<Ticket>('/tickets', {
      siteId: this.siteId,
      departmentId: this.departmentIds.get(one.department),
      topic: one.topic,
      description: one.description,
      contactName,
      contactPhone,
      priority: roll < 0.1 ? 'urgent' : roll < 0.3 ? 'high' : 'normal',
      isComplaint: roll > 0.95,
      ...(itemId ? { serviceItemId: itemId } : {}),
    })
    await agent.put(`/tickets/${ticket.id}/tags`, { tags: one.tags })
    this.follow(one, ticket.id, this.ownHandlerOf(one.department) ?? this.pick(['agent1', 'agent2']), when)
  }

  /** What becomes of it: somebody takes it, answers, waits, settles, or is late with it. */
  private follow(one: Case, ticketId: string, handler: string, when: number): void {
    const take = when + Math.round((5 + this.random() * 35) * minute)
    this.later(take, async () => {
      await this.person('supervisor1').post(`/tickets/${ticketId}/assign`, { agentId: this.ids.get(handler) })
    })
    if (this.random() < 0.12) return // left lying
    const answer = take + Math.round((3 + this.random() * 40) * minute)
    this.later(answer, () =>
      this.person(handler).post(`/tickets/${ticketId}/replies`, { kind: 'reply', body: one.answer }),
    )
    const fate = this.random()
    const next = answer + Math.round((1 + this.random() * 22) * hour)
    if (fate < 0.15)
      this.later(answer + 5 * minute, () => this.command(handler, ticketId, { command: 'wait_citizen' }))
    else if (fate < 0.25)
      this.later(answer + 5 * minute, () =>
        this.command(handler, ticketId, {
          command: 'wait_department',
          waitingDepartmentId: this.departmentIds.get('清河市税务局'),
        }),
      )
    else if (fate < 0.32)
      this.later(answer + 9 * minute, () =>
        this.person(handler).post(`/tickets/${ticketId}/replies`, {
          kind: 'note',
          body: '已电话联系科室，答复要等系统核验结果，明早再问。',
        }),
      )
    if (fate < 0.2) return
    this.later(next, async () => {
      await this.command(handler, ticketId, { command: 'resolve' })
      this.later(next + 20 * hour, () => this.learn(ticketId, handler))
    })
  }

  /** Each owner goes through what was put on the desk: most is settled, some waits for its next step. */
  private async seeToMatters(end: number): Promise<void> {
    await this.clock.rest()
    const { items } = await this.person('supervisor1').get<Listed<Matter>>('/escalations?limit=100')
    const isNew = end - this.clock.now < 30 * hour
    // Ids are random: by number, the same story is told each time.
    items.sort((a, b) => (a.ticketNumber < b.ticketNumber ? -1 : 1))
    for (const { id, owner, status, nextActionAt } of items) {
      const name = [...this.ids].find(([, each]) => each === owner.id)?.[0] ?? 'supervisor1'
      const path = `/escalations/${id}`
      const { may } = await this.person(name).get<{ may: string[] }>(path)
      const roll = this.random()
      if (may.includes('acknowledge') && roll < 0.7) await this.person(name).post(`${path}/acknowledge`)
      if (status === 'acknowledged' && may.includes('close') && roll < (isNew ? 0.1 : 0.4))
        await this.person(name).post(`${path}/close`, {
          outcome: roll < 0.4 ? 'settled' : 'explained',
          result: '已电话答复本人并办结',
          cause: roll < 0.3 ? 'slow_handling' : 'rules_unclear',
          accountability: '本周例会讲清时限，首问负责',
        })
      else if (may.includes('act') && !nextActionAt && roll < 0.9)
        await this.person(name).post(`${path}/act`, {
          nextAction: this.pick(['约科室会商', '与税务系统核对', '回访市民并补材料', '现场核验后答复']),
          nextActionAt: new Date(this.clock.now + (4 + Math.floor(roll * 20)) * hour).toISOString(),
        })
    }
  }

  /** One matter told in full: asked by video help, promised, urged, and answered. */
  private async showCase(when: number): Promise<void> {
    const one = cases.find((each) => each.topic.startsWith('低保金')) as Case
    const { agent, citizen, path } = await this.ask(one, 'agent1', ['王秀兰', '13900005678'], 0)
    for (const [by, body] of conversation) {
      await this.clock.pass(this.clock.now + 40_000)
      await (by === 'agent' ? agent : citizen).post(`${path}/messages`, { body })
    }
    await this.clock.pass(this.clock.now + 2 * minute)
    await agent.post(`${path}/end`)
    const note = '银行卡更换后名册没有同步，转民政局补录，本周内补发。'
    await agent.post(`${path}/wrap-up`, {
      outcome: 'follow_up',
      topic: one.topic,
      note,
      serviceItemId: this.itemIds.get(one.item ?? ''),
    })
    const ticketId = await this.ticketOf(agent, path)
    const ticket = `/tickets/${ticketId}`
    await agent.put(`${ticket}/tags`, { tags: one.tags })
    await agent.patch(ticket, { priority: 'high' })
    await agent.post(`${ticket}/department`, { departmentId: this.departmentIds.get(one.department) })
    await this.person('supervisor1').post(`${ticket}/assign`, { agentId: this.ids.get('tianmin') })
    const say = (at: number, kind: string, body: string, more = {}) =>
      this.later(at, () => this.person('tianmin').post(`${ticket}/replies`, { kind, body, ...more }))
    say(
      when + 70 * minute,
      'reply',
      '王女士您好，我是市民政局田敏，您的低保名册由我补录，预计周五前补发到新卡。',
    )
    say(when + 100 * minute, 'note', '@王建国 银行侧要重新验卡，补发批次赶不上周四，请协调财政加开一批。', {
      mentions: [this.ids.get('supervisor1')],
    })
    const next = (this.mornings.at(-1) ?? when) + 20 * minute
    this.later(next, async () => {
      const { url } = await this.person('tianmin').post<{ url: string }>(`${ticket}/follow-links`)
      this.followUrl = url
      const token = new URL(url).searchParams.get('follow')
      const session = await new Person(this.url).post<{ token: string; number: string }>('/follow/sessions', {
        site: 'demo',
        token,
      })
      const follower = new Person(this.url, { authorization: `Bearer ${session.token}` })
      const followed = `/follow/tickets/${session.number}`
      await follower.post(`${followed}/replies`, { body: '孙女上学急用，周五一定能到账吗？' })
      await follower.post(`${followed}/urge`)
      this.showNumber = session.number
    })
    say(next + 25 * minute, 'reply', '已请财政加开一批，今天下午 4 点前到账，到账后我给您打电话。')
    this.later(next + 40 * minute, () =>
      this.person('tianmin').post(`${ticket}/escalations`, {
        departmentId: this.departmentIds.get('清河市政务服务中心'),
        why: '补发要财政加开批次，本局定不了。',
      }),
    )
  }

  private async command(handler: string, ticketId: string, body: object): Promise<void> {
    const { commands } = await this.person(handler).get<{ commands: string[] }>(`/tickets/${ticketId}`)
    const wanted = (body as { command: string }).command
    if (commands.includes(wanted)) await this.person(handler).post(`/tickets/${ticketId}/status`, body)
  }
}
