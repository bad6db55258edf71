import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { describe, expect, it } from 'vitest'

async function bundle(entry: string) {
  const result = await build({
    entryPoints: [new URL(`../${entry}`, import.meta.url).pathname],
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: 'esm',
  })
  return {
    gzipBytes: gzipSync(result.outputFiles[0]?.contents ?? '').byteLength,
    inputs: Object.keys(result.metafile.inputs),
  }
}

describe('what a browser has to load', () => {
  it('checks devices without loading LiveKit', async () => {
    const { gzipBytes, inputs } = await bundle('devices.ts')
    expect(inputs.filter((path) => path.includes('livekit'))).toEqual([])
    expect(gzipBytes).toBeLessThan(4_000)
  })

  it('stays within 175 KB for a whole call', async () => {
    expect((await bundle('index.ts')).gzipBytes).toBeLessThan(175_000)
  })
})
