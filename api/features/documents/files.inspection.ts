import { fileTypeFromFile } from 'file-type'
import sharp from 'sharp'
import { acceptedTypes } from '../../../contract/documents.rules'
import { refuse } from '../../lib/errors'

/** A picture with more pixels than this is refused: decoding it would take gigabytes. */
const maxPixels = 120_000_000

export interface Inspection {
  mime: string
  width: number | null
  height: number | null
}

/**
 * The type of the file at `path` by its bytes (for Office files by what the zip holds), and the size of
 * an image. Throws `documents.type_refused` for everything that is not accepted: HTML, SVG, bare OLE and
 * HEIC have no place in the list, and a picture that does not open is no picture.
 */
export const inspectFile = async (path: string, types?: readonly string[]): Promise<Inspection> => {
  const mime = await typeOf(path)
  if (!mime || !Object.hasOwn(acceptedTypes, mime) || (types && !types.includes(mime))) {
    throw refuse('documents.type_refused', `This type of file is not accepted${mime ? ` (${mime})` : ''}.`)
  }
  if (!mime.startsWith('image/')) return { mime, width: null, height: null }
  return { mime, ...(await pictureSize(path)) }
}

/** file-type caps what it unpacks at 1 MiB an entry, so that a zip bomb stays folded. */
const typeOf = async (path: string): Promise<string | null> => {
  try {
    const found = await fileTypeFromFile(path)
    return found?.mime.split(';')[0]?.trim() ?? null
  } catch {
    // A parser that stumbles has not recognised an accepted type.
    return null
  }
}

const pictureSize = async (path: string): Promise<{ width: number; height: number }> => {
  try {
    const { autoOrient } = await sharp(path, { limitInputPixels: maxPixels }).metadata()
    return { width: autoOrient.width, height: autoOrient.height }
  } catch {
    throw refuse('documents.type_refused', 'The picture cannot be read.')
  }
}
