import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { refuse } from '../../lib/errors'
import { randomText } from '../../lib/ids'

// Pictures are many and different: libvips' cache would only hold memory.
sharp.cache(false)

const thumbnailPixels = 320

/** The JPEG thumbnail of the picture at `source`, from `folder` or made now. */
export const readThumbnail = async (source: string, folder: string, sha256: string): Promise<Buffer> => {
  const path = join(folder, sha256.slice(0, 2), `${sha256.slice(2)}.jpg`)
  const cached = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  if (cached) return cached
  const made = await makeThumbnail(source)
  await mkdir(join(folder, sha256.slice(0, 2)), { recursive: true })
  // Written aside and renamed, so that a reader at the same moment never gets half of it.
  const temporary = `${path}.${randomText(8)}`
  await writeFile(temporary, made)
  await rename(temporary, path)
  return made
}

const makeThumbnail = (source: string): Promise<Buffer> =>
  sharp(source)
    .autoOrient()
    .resize(thumbnailPixels, thumbnailPixels, { fit: 'inside', withoutEnlargement: true })
    .flatten({ background: '#ffffff' })
    .jpeg({ quality: 78 })
    .toBuffer()
    .catch(() => {
      throw refuse('documents.not_found', 'There is no thumbnail of this file.')
    })
