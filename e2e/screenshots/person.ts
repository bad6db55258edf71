/** Somebody who works over the API: an agent with a session cookie or a citizen with a token. */
export class Person {
  private readonly headers: Record<string, string>
  private account: { username: string; password: string } | null = null

  constructor(
    private readonly url: string,
    headers: Record<string, string> = {},
  ) {
    this.headers = { origin: url, 'content-type': 'application/json', ...headers }
  }

  /** Signs in at the first request, and again where the session has ended meanwhile. */
  static agent(url: string, username: string, password: string): Person {
    const person = new Person(url)
    person.account = { username, password }
    return person
  }

  private send(method: string, path: string, body: unknown): Promise<Response> {
    return fetch(`${this.url}/api/v1${path}`, {
      method,
      headers: this.headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  }

  async ask<T = Record<string, unknown>>(method: string, path: string, body?: unknown): Promise<T> {
    let answer = await this.send(method, path, body)
    if (answer.status === 401 && this.account) {
      const login = await this.send('POST', '/auth/login', this.account)
      this.headers.cookie = login.headers
        .getSetCookie()
        .map((each) => each.split(';')[0])
        .join('; ')
      answer = await this.send(method, path, body)
    }
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
    return (await answer.json()) as T
  }
  get = <T>(path: string) => this.ask<T>('GET', path)
  post = <T>(path: string, body: unknown = {}) => this.ask<T>('POST', path, body)
  put = <T>(path: string, body: unknown) => this.ask<T>('PUT', path, body)
  patch = <T>(path: string, body: unknown) => this.ask<T>('PATCH', path, body)
}
