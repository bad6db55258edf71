import { Agent, request } from 'node:http'

export interface HttpRequest {
  method: 'GET' | 'POST'
  path: string
  headers: Record<string, string>
  body?: string
}

const send = (agent: Agent, port: number, one: HttpRequest): Promise<number> =>
  new Promise((resolve, reject) => {
    const headers =
      one.body === undefined
        ? one.headers
        : { ...one.headers, 'content-length': String(Buffer.byteLength(one.body)) }
    const outgoing = request(
      { agent, host: '127.0.0.1', port, method: one.method, path: one.path, headers },
      (response) => {
        response.resume()
        response.on('end', () => resolve(response.statusCode ?? 0))
      },
    )
    outgoing.on('error', reject)
    outgoing.end(one.body)
  })

/**
 * Sends all of `requests` over `connections` kept-alive connections; the answer is requests a second.
 * Throws where one is not answered with 2xx, because a refusal is faster than the work.
 */
export const loadTest = async (
  port: number,
  requests: readonly HttpRequest[],
  connections = 16,
): Promise<number> => {
  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  let next = 0
  const worker = async () => {
    for (let one = requests[next++]; one; one = requests[next++]) {
      const status = await send(agent, port, one)
      if (status < 200 || status > 299) throw new Error(`${one.method} ${one.path} answered ${status}`)
    }
  }
  const start = performance.now()
  await Promise.all(Array.from({ length: connections }, worker))
  const seconds = (performance.now() - start) / 1000
  agent.destroy()
  return requests.length / seconds
}
