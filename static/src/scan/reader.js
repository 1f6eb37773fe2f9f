/** Reads codes from the camera: the browser's own reader, else Odoo's ZXing. */

const ZXING = "/web/static/lib/zxing-library/zxing-library.js";
const PAUSE = 200; // milliseconds between two looks
// ZXing misses one in thirty QR codes that stand straight, and finds them tilted.
const TILTS = [0, 0.3]; // radians

/** Tells whether there may be a camera: where there is none, nobody offers it. */
export const hasCamera = Boolean(navigator.mediaDevices?.getUserMedia);

/**
 * A label's QR code holds an address; others hold the code alone, or a GS1 message,
 * whose separator no text field takes: the sign for it stands in.
 */
function codeOf(text) {
    const found = /\/sn\/([^/?#]+)/.exec(text);
    const code = found ? decodeURIComponent(found[1]) : text;
    return code.replaceAll("\x1d", "\u241d").trim();
}

function load(url) {
    return new Promise((resolve, reject) => {
        const script = document.createElement("script");
        script.src = url;
        script.onload = resolve;
        script.onerror = reject;
        document.head.append(script);
    });
}

async function nativeReader(view, wanted) {
    if (!("BarcodeDetector" in window)) {
        return null;
    }
    const formats = await BarcodeDetector.getSupportedFormats();
    if (!wanted.some((format) => formats.includes(format))) {
        return null;
    }
    const detector = new BarcodeDetector({
        formats: wanted.filter((format) => formats.includes(format)),
    });
    return async () => {
        const [code] = await detector.detect(view);
        return code && code.rawValue;
    };
}

async function bundledReader(view, wanted) {
    await load(ZXING);
    const { BarcodeFormat, DecodeHintType, BrowserMultiFormatReader } = window.ZXing;
    const formats = wanted.map((format) => BarcodeFormat[format.toUpperCase()]);
    const hints = new Map([[DecodeHintType.POSSIBLE_FORMATS, formats]]);
    const reader = new BrowserMultiFormatReader(hints);
    const canvas = document.createElement("canvas");
    const context = canvas.getContext("2d", { willReadFrequently: true });
    let looks = 0;
    return async () => {
        const { videoWidth: width, videoHeight: height } = view;
        canvas.width = width;
        canvas.height = height;
        context.translate(width / 2, height / 2);
        context.rotate(TILTS[looks++ % TILTS.length]);
        context.drawImage(view, -width / 2, -height / 2);
        try {
            const source = new window.ZXing.HTMLCanvasElementLuminanceSource(canvas);
            const binary = new window.ZXing.HybridBinarizer(source);
            return reader.decodeBitmap(new window.ZXing.BinaryBitmap(binary)).getText();
        } catch {
            return null; // no code in this picture
        }
    };
}

/**
 * Shows the camera and tells every code it sees, until one is enough.
 *
 * @param {HTMLVideoElement} view hidden until the camera runs
 * @param {string[]} formats names of the Barcode Detection API
 * @param {(code: string) => boolean} tell returns whether the camera may rest
 */
export async function watch(view, formats, tell) {
    view.srcObject = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment" },
    });
    view.hidden = false;
    await view.play();
    const read =
        (await nativeReader(view, formats)) || (await bundledReader(view, formats));
    for (;;) {
        const text = view.videoWidth && (await read());
        if (text && tell(codeOf(text))) {
            view.srcObject.getTracks().forEach((track) => track.stop());
            return;
        }
        await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
}
