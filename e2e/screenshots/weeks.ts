/** Three weeks of a desk, lived through over the API under a clock that is moved: the same at every run. */
import { writeFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { type Case, cases, citizens } from './cases'
import { Person } from './person'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const shanghai = 8 * hour
/** The sweeper looks four times a second. */
const sweepMs = 300

export const movedClock = (file: string) => ({
  MOVED_CLOCK: file,
  NODE_OPTIONS: `--import=${fileURLToPath(new URL('moved-clock.mjs', import.meta.url))}`,
})

/** 10:40 in the morning of the last working day that is over, and the 15 working days up to it. */
export function workingDays(now: number): { end: number; mornings: number[] } {
  const mornings: number[] = []
  let midnight = Math.floor((now + shanghai) / day) * day - shanghai
  if (now < midnight + 10 * hour + 41 * minute) midnight -= day
  for (; mornings.length < 15; midnight -= day) {
    const weekday = new Date(midnight + shanghai).getUTCDay()
    if (weekday >= 1 && weekday <= 5) mornings.unshift(midnight + 9 * hour)
  }
  return { end: (mornings.at(-1) ?? 0) + 100 * minute, mornings }
}

interface Step {
  at: number
  run(): Promise<unknown>
}
interface Item {
  id: string
  name: string
}
interface Ticket {
  ticket: { id: string; number: string }
}
type Listed<T = Item> = { items: T[] }

/** A small generator with a fixed seed: what happens is varied and always the same. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

const colleagues = [
  ['malili', '马莉莉', '清河市不动产登记中心'],
  ['hewenbo', '何文博', '清河市人力资源和社会保障局'],
  ['xujing', '许静', '清河市住房公积金管理中心'],
  ['tianmin', '田敏', '清河市民政局'],
  ['zhengkai', '郑凯', '清河市公安局'],
  ['gaozhiqiang', '高志强', '城关街道便民服务中心'],
  ['luoying', '罗颖', '清河市医疗保障局'],
  ['weidong', '卫东', '清河市卫生健康委员会'],
  ['panjie', '潘杰', '清河市交通运输局'],
  ['fangyuan', '方媛', '清河市教育局'],
  ['songlei', '宋磊', '清河市税务局'],
  ['qiaoping', '乔萍', '柳林镇便民服务中心'],
] as const
const password = 'three-weeks-of-work'

export class Weeks {
  private readonly random = seeded(20261120)
  private readonly steps: Step[] = []
  private readonly people = new Map<string, Person>()
  private readonly ids = new Map<string, string>()
  private readonly itemIds = new Map<string, string>()
  private readonly departmentIds = new Map<string, string>()
  private siteId = ''
  private now = 0
  private mornings: readonly number[] = []
  /** Topics by ticket number, for those who want to open one. */
  readonly numbers = new Map<string, string>()

  constructor(
    private readonly url: string,
    private readonly clockFile: string,
    private readonly passwordOf: (username: string) => string,
  ) {}

  private setClock(at: number): void {
    this.now = at
    writeFileSync(this.clockFile, String(at - Date.now()))
  }

  private person(name: string): Person {
    const found = this.people.get(name)
    if (!found) throw new Error(`Nobody is called ${name}`)
    return found
  }
  private pick<T>(list: readonly T[]): T {
    return list[Math.floor(this.random() * list.length)] as T
  }
  /** What falls into the night or a weekend is done in the first half hour of the next working day. */
  private later(at: number, run: () => Promise<unknown>): void {
    const isWorking = this.mornings.some((morning) => at >= morning - 10 * minute && at <= morning + 8.5 * hour)
    const next = this.mornings.find((morning) => morning > at)
    if (isWorking) this.steps.push({ at, run })
    else if (next) this.steps.push({ at: next + Math.floor(this.random() * 30 * minute), run })
  }

  /** Lives from the first morning to the end and leaves the clock there. */
  async live(mornings: readonly number[], end: number): Promise<void> {
    this.mornings = mornings
    this.setClock((mornings[0] ?? end) - 30 * minute)
    await this.moveIn()
    for (const [index, morning] of mornings.entries()) {
      this.planDay(morning, end, index)
    }
    let swept = this.now
    while (this.steps.length > 0) {
      this.steps.sort((a, b) => a.at - b.at)
      const step = this.steps.shift()
      if (!step || step.at > end) break
      // What falls due between two steps does so near its time.
      while (end - step.at < 2 * day && step.at - swept > 20 * minute) {
        swept = Math.min(step.at, swept + (step.at - swept > 3 * hour ? 2 * hour : 20 * minute))
        this.setClock(swept)
        await pause(sweepMs)
      }
      if (step.at - swept > 2 * hour) {
        this.setClock(step.at)
        await pause(sweepMs)
        swept = step.at
      }
      this.setClock(Math.max(this.now, step.at))
      await step.run()
    }
    this.setClock(end)
    await pause(3 * sweepMs)
  }

  private signIn(): void {
    for (const username of ['agent1', 'agent2', 'supervisor1', 'inspector1', 'admin1'])
      this.people.set(username, Person.agent(this.url, username, this.passwordOf(username)))
    for (const [username] of colleagues)
      this.people.set(username, Person.agent(this.url, username, password))
  }

  private async moveIn(): Promise<void> {
    this.signIn()
    const admin = this.person('admin1')
    const departments = await admin.get<Listed>('/departments')
    for (const { id, name } of departments.items) this.departmentIds.set(name, id)
    for (const [username, name, department] of colleagues) {
      const departmentId = this.departmentIds.get(department)
      const made = await admin.post<{ agent: Item; setup: { url: string } }>('/agents', {
        username,
        name,
        departmentId,
        roles: ['agent'],
      })
      const token = made.setup.url.split('/').at(-1)
      await new Person(this.url).post('/auth/setup', { token, password })
      const leaders = [{ agentId: made.agent.id, role: 'head' }]
      await admin.put(`/departments/${departmentId}/leaders`, { leaders })
    }
    const agents = await admin.get<Listed<Item & { username: string }>>('/agents')
    for (const { id, username } of agents.items) this.ids.set(username, id)
    const items = await admin.get<Listed>('/sites/demo/service-items')
    for (const { id, name } of items.items) this.itemIds.set(name, id)
    const sites = await admin.get<Listed<Item & { key: string }>>('/admin/sites')
    this.siteId = sites.items.find((each) => each.key === 'demo')?.id ?? ''
    await this.furnish(admin)
  }

  private async furnish(admin: Person): Promise<void> {
    const city = this.departmentIds.get('清河市政务服务中心') ?? null
    const macro = (name: string, reply: string, steps: { action: string; value: string }[]) =>
      admin.post('/macros', { name, reply, departmentId: city, steps })
    await macro('请补材料', '您好 {{contact.name}}，还缺一份材料，补齐后我们马上接着办。', [
      { action: 'status', value: 'wait_citizen' },
      { action: 'add_tag', value: '待补材料' },
    ])
    await macro('转交并加急', '', [
      { action: 'priority', value: 'high' },
      { action: 'assign', value: 'nobody' },
    ])
    await macro('已办结，请评价', '您好，您的事项（{{ticket.number}}）已办结，欢迎评价。', [
      { action: 'status', value: 'resolve' },
    ])
    const field = (label: string, labelEn: string, more: object) =>
      admin.post('/ticket-fields', { label, labelEn, ...more })
    const food = this.itemIds.get('食品经营许可证核发')
    await field('经营面积（㎡）', 'Floor area (m²)', { kind: 'number', serviceItemId: food })
    await field('经营类别', 'Kind of business', {
      kind: 'choice',
      choices: ['餐饮服务', '食品销售', '单位食堂'],
      serviceItemId: food,
    })
    await field('来访渠道', 'Came by', { kind: 'choice', choices: ['网页', '短信链接', '二维码', '12345 转办'] })
    const departmentId = this.departmentIds.get('清河市政务服务中心')
    await admin.post('/api-keys', { name: '12345 热线转办', scopes: ['tickets:create', 'tickets:read'], departmentId })
    await admin.post('/webhooks', {
      url: 'https://hotline.qinghe.example/bangban',
      description: '12345 热线：办理进度回传',
      eventTypes: ['ticket.created', 'ticket.status_changed', 'escalation.raised'],
      departmentId,
    })
  }

  private planDay(morning: number, end: number, index: number): void {
    const asked = 5 + Math.floor(this.random() * 4)
    for (let at = 0; at < asked; at++) {
      const when = morning + Math.floor(this.random() * 6.5 * hour)
      if (when > end - 12 * minute) continue
      const one = cases[(index * 7 + at * 3 + Math.floor(this.random() * 2)) % cases.length] as Case
      if (this.random() < 0.6) this.later(when, () => this.consult(one, when))
      else this.later(when, () => this.takeDown(one, when))
    }
  }

  private handlerOf(one: Case): string {
    const own = colleagues.find(([, , department]) => department === one.department)
    if (own) return own[0]
    return one.department.includes('市场') ? 'inspector1' : this.pick(['agent1', 'agent2'])
  }

  /** A consultation in writing, from the queue to the rating. */
  private async consult(one: Case, when: number): Promise<void> {
    const [name, phone] = this.pick(citizens)
    const helper = this.pick(['agent1', 'agent1', 'agent2'])
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
    const { consultation } = state
    const wait = this.random() < 0.75 ? 3 + this.random() * 14 : 21 + this.random() * 60
    this.setClock(when + Math.round(wait * 1000))
    if (this.random() < 0.06) return void (await citizen.post(`/consultations/${consultation.id}/leave`))
    await agent.post(`/consultations/${consultation.id}/accept`, { tab: 'three-weeks' })
    const path = `/consultations/${consultation.id}`
    await citizen.post(`${path}/messages`, { body: one.description })
    this.setClock(this.now + minute)
    await agent.post(`${path}/messages`, { body: one.answer })
    this.setClock(this.now + 4 * minute)
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
    const ticketId = await this.ticketOf(agent, consultation.id)
    await agent.put(`/tickets/${ticketId}/tags`, { tags: one.tags })
    if (isSolved) this.later(when + day, () => this.learn(ticketId, helper))
    else this.follow(one, ticketId, helper, when)
  }

  private async ticketOf(agent: Person, consultationId: string): Promise<string> {
    const { state } = await agent.get<{ state: { consultation: { ticketId: string; ticketNumber: string; topic: string } } }>(
      `/consultations/${consultationId}`,
    )
    this.numbers.set(state.consultation.topic, state.consultation.ticketNumber)
    return state.consultation.ticketId
  }

  /** Whether the application went through in the end. */
  private async learn(ticketId: string, handler: string): Promise<void> {
    const isReturned = this.random() < 0.07
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
    this.numbers.set(one.topic, ticket.number)
    await agent.put(`/tickets/${ticket.id}/tags`, { tags: one.tags })
    this.follow(one, ticket.id, this.handlerOf(one), when)
  }

  /** What becomes of it: somebody takes it, answers, waits, settles, or is late with it. */
  private follow(one: Case, ticketId: string, handler: string, when: number): void {
    const take = when + Math.round((5 + this.random() * 35) * minute)
    this.later(take, async () => {
      await this.person('supervisor1').post(`/tickets/${ticketId}/assign`, { agentId: this.ids.get(handler) })
    })
    if (this.random() < 0.12) return // left lying
    const answer = take + Math.round((3 + this.random() * 40) * minute)
    this.later(answer, () => this.person(handler).post(`/tickets/${ticketId}/replies`, { kind: 'reply', body: one.answer }))
    const fate = this.random()
    const next = answer + Math.round((1 + this.random() * 22) * hour)
    if (fate < 0.15) this.later(answer + 5 * minute, () => this.command(handler, ticketId, { command: 'wait_citizen' }))
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

  private async command(handler: string, ticketId: string, body: object): Promise<void> {
    const { commands } = await this.person(handler).get<{ commands: string[] }>(`/tickets/${ticketId}`)
    const wanted = (body as { command: string }).command
    if (commands.includes(wanted)) await this.person(handler).post(`/tickets/${ticketId}/status`, body)
  }
}
