import { expect, type Locator, type Page } from '@playwright/test'
import type { ConsultationDetail, ConsultationView, DeskState } from '../../contract/consultations.schema'
import type { Me } from '../../contract/people.schema'
import { expectMoving, expectSound } from './media'

export type Availability = 'available' | 'away' | 'offline'

/** An agent at the console. Commands that set a scene go over the API with the same session. */
export class Agent {
  constructor(
    readonly page: Page,
    readonly url: string,
    readonly username: string,
  ) {}

  by(testId: string): Locator {
    return this.page.getByTestId(testId)
  }

  private async request<T>(method: string, path: string, data?: unknown): Promise<T> {
    const response = await this.page.request.fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: { origin: this.url },
      ...(data === undefined ? {} : { data }),
    })
    if (!response.ok()) throw new Error(`${method} ${path}: ${response.status()} ${await response.text()}`)
    return (await response.json()) as T
  }
  get = <T>(path: string) => this.request<T>('GET', path)
  post = <T>(path: string, data: unknown) => this.request<T>('POST', path, data)
  put = <T>(path: string, data: unknown) => this.request<T>('PUT', path, data)
  patch = <T>(path: string, data: unknown) => this.request<T>('PATCH', path, data)

  async signIn(password: string): Promise<void> {
    await this.post('/auth/login', { username: this.username, password })
    await this.page.goto(`${this.url}/console/`)
    await expect(this.by('profile-menu')).toBeVisible()
  }

  /** Chooses the availability in the console, as a person does. */
  async become(availability: Availability): Promise<void> {
    await this.by('presence').click()
    await this.by(`presence-${availability}`).click()
    await expect(this.by('presence')).toHaveAttribute('data-availability', availability)
  }

  async accept(): Promise<void> {
    await this.by('accept').first().click()
  }

  async expectCall(): Promise<void> {
    await expectMoving(this.by('remote-video'))
    await expectSound(this.page.mainFrame())
  }

  async say(text: string): Promise<void> {
    const input = this.by('chat-input')
    await input.fill(text)
    await input.press('Enter')
  }

  message(text: string): Locator {
    return this.by('chat-message').filter({ hasText: text })
  }

  desk = () => this.get<{ state: DeskState }>('/desk').then((snapshot) => snapshot.state)
  detail = (id: string) =>
    this.get<{ state: ConsultationDetail }>(`/consultations/${id}`).then((it) => it.state)

  /** The consultation this agent is in. */
  async current(): Promise<ConsultationView> {
    const [one] = (await this.desk()).mine
    if (!one) throw new Error(`${this.username} has no consultation.`)
    return one
  }

  /** Ends what is open and goes offline, so that the next journey starts from an empty desk. */
  async tidy(): Promise<void> {
    const answer = await this.page.request.get(`${this.url}/api/v1/auth/me`)
    if (answer.status() === 401) return // never signed in
    const { agent, permissions } = (await answer.json()) as Me
    if (!permissions.includes('consultations.serve')) return
    for (const { id, status, owner, topic } of (await this.desk()).mine) {
      if (owner?.id !== agent.id) continue
      if (status === 'active' || status === 'expected') await this.post(`/consultations/${id}/end`, {})
      if (status === 'active' || status === 'wrap_up')
        await this.post(`/consultations/${id}/wrap-up`, {
          outcome: 'citizen_left',
          topic: topic || '测试',
          note: '',
        })
    }
    await this.put('/presence', { availability: 'offline' })
  }
}
