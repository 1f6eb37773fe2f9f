/* Reads codes from a playing video: the browser's own reader, else Odoo's ZXing. */
(() => {
    "use strict";
    const ZXING = "/web/static/lib/zxing-library/zxing-library.js";

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
        return async () => {
            canvas.width = view.videoWidth;
            canvas.height = view.videoHeight;
            context.drawImage(view, 0, 0);
            try {
                const source = new ZXing.HTMLCanvasElementLuminanceSource(canvas);
                const bitmap = new ZXing.BinaryBitmap(new ZXing.HybridBinarizer(source));
                return reader.decodeBitmap(bitmap).getText();
            } catch {
                return null; // no code in this picture
            }
        };
    }

    /* Returns a function that reads the picture shown now: a text, or nothing. */
    window.serialReader = async (view, formats) => {
        const read =
            (await nativeReader(view, formats)) || (await bundledReader(view, formats));
        return async () => view.videoWidth && (await read());
    };
})();
