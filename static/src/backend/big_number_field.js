import { FloatField, floatField } from "@web/views/fields/float/float_field";
import { _t } from "@web/core/l10n/translation";
import { formatFloat } from "@web/views/fields/formatters";
import { registry } from "@web/core/registry";

const SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹";

/** Counts of any size a person can read: 1,000,000 or 1.15 × 10¹⁸. */
export class SerialBigNumberField extends FloatField {
    get formattedValue() {
        const value = this.value || 0;
        if (value < 1e12) {
            return formatFloat(value, { digits: [16, 0] });
        }
        const exponent = Math.floor(Math.log10(value));
        const power = [...String(exponent)].map((digit) => SUPERSCRIPTS[digit]).join("");
        const mantissa = formatFloat(value / 10 ** exponent, { digits: [16, 2] });
        return `${mantissa} × 10${power}`;
    }
}

registry.category("fields").add("serial_big_number", {
    ...floatField,
    component: SerialBigNumberField,
    displayName: _t("Large number"),
});
