/** The people and the furniture of the sample centre, beside what the demo data brings. */
import { Person } from './person'

export interface Item {
  id: string
  name: string
}
export type Listed<T = Item> = { items: T[] }

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

export class House {
  protected readonly people = new Map<string, Person>()
  protected readonly ids = new Map<string, string>()
  protected readonly itemIds = new Map<string, string>()
  protected readonly departmentIds = new Map<string, string>()
  protected siteId = ''

  constructor(
    protected readonly url: string,
    private readonly passwordOf: (username: string) => string,
  ) {}

  protected person(name: string): Person {
    const found = this.people.get(name)
    if (!found) throw new Error(`Nobody is called ${name}`)
    return found
  }
  /** Who sees to the matters of a department; null where nobody of its own does. */
  protected ownHandlerOf(department: string): string | null {
    if (department.includes('市场')) return 'inspector1'
    return colleagues.find(([, , own]) => own === department)?.[0] ?? null
  }

  private signIn(): void {
    for (const username of ['agent1', 'agent2', 'supervisor1', 'inspector1', 'admin1'])
      this.people.set(username, Person.agent(this.url, username, this.passwordOf(username)))
    for (const [username] of colleagues) this.people.set(username, Person.agent(this.url, username, password))
  }

  protected async moveIn(): Promise<void> {
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
    await field('来访渠道', 'Came by', {
      kind: 'choice',
      choices: ['网页', '短信链接', '二维码', '12345 转办'],
    })
    const departmentId = this.departmentIds.get('清河市政务服务中心')
    await admin.post('/api-keys', {
      name: '12345 热线转办',
      scopes: ['tickets:create', 'tickets:read'],
      departmentId,
    })
    await admin.post('/webhooks', {
      url: 'https://hotline.qinghe.example/bangban',
      description: '12345 热线：办理进度回传',
      eventTypes: ['ticket.created', 'ticket.status_changed', 'escalation.raised'],
      departmentId,
    })
  }
}
