/* The camera of /sn. Without it, or without this script, the typed code does it all. */
(() => {
    "use strict";
    const ZXING = "/web/static/lib/zxing-library/zxing-library.js";
    const byId = (id) => document.getElementById(id);
    const box = byId("camera");
    if (!box || !navigator.mediaDevices || !navigator.mediaDevices.getUserMedia) {
        return;
    }
    const view = byId("camera-view");
    box.hidden = false;

    /* A label's QR code holds an address; others hold the code alone. */
    function codeOf(text) {
        const found = /\/sn\/([^/?#]+)/.exec(text);
        return found ? decodeURIComponent(found[1]) : text.trim();
    }

    function open(text) {
        const lang = new URLSearchParams(location.search).get("lang");
        const code = encodeURIComponent(codeOf(text).slice(0, 64));
        location.href = `/sn/${code}` + (lang ? `?lang=${encodeURIComponent(lang)}` : "");
    }

    async function nativeReader() {
        if (!("BarcodeDetector" in window)) {
            return null;
        }
        const wanted = ["qr_code", "data_matrix"];
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

    function load(url) {
        return new Promise((resolve, reject) => {
            const script = document.createElement("script");
            script.src = url;
            script.onload = resolve;
            script.onerror = reject;
            document.head.append(script);
        });
    }

    async function bundledReader() {
        await load(ZXING);
        const { BarcodeFormat, DecodeHintType, BrowserMultiFormatReader } = window.ZXing;
        const hints = new Map([
            [
                DecodeHintType.POSSIBLE_FORMATS,
                [BarcodeFormat.QR_CODE, BarcodeFormat.DATA_MATRIX],
            ],
        ]);
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

    async function start() {
        byId("camera-start").hidden = true;
        view.srcObject = await navigator.mediaDevices.getUserMedia({
            video: { facingMode: "environment" },
        });
        view.hidden = false;
        await view.play();
        byId("camera-searching").hidden = false;
        const read = (await nativeReader()) || (await bundledReader());
        for (;;) {
            const text = view.videoWidth && (await read());
            if (text) {
                view.srcObject.getTracks().forEach((track) => track.stop());
                return open(text);
            }
            await new Promise((resolve) => setTimeout(resolve, 150));
        }
    }

    byId("camera-start").addEventListener("click", () => {
        start().catch(() => {
            view.hidden = true;
            byId("camera-searching").hidden = true;
            byId("camera-refused").hidden = false;
        });
    });
})();
