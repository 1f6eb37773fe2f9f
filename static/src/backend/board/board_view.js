import { Component, useRef } from "@odoo/owl";
import { KeepLast } from "@web/core/utils/concurrency";
import { _t } from "@web/core/l10n/translation";
import { registry } from "@web/core/registry";
import { ActionHelper } from "@web/views/action_helper";
import { CogMenu } from "@web/search/cog_menu/cog_menu";
import { Layout } from "@web/search/layout";
import { Model, useModel } from "@web/model/model";
import { SearchBar } from "@web/search/search_bar/search_bar";
import { standardViewProps } from "@web/views/standard_view_props";
import { useSearchBarToggler } from "@web/search/search_bar/search_bar_toggler";
import { useSetupAction } from "@web/search/action_hook";
import { SerialBoard } from "./board";

export class SerialBoardModel extends Model {
    setup({ days }) {
        this.days = days;
        this.keepLast = new KeepLast();
    }

    async load({ domain, context }) {
        this.domain = domain;
        this.context = context;
        await this.fetch();
    }

    async fetch() {
        this.data = await this.keepLast.add(
            this.orm.call("serial.diversion.board", "get_board", [this.domain, this.days], {
                context: this.context,
            })
        );
        this.notify();
    }

    hasData() {
        return this.data.rows.length > 0;
    }
}

/** Whose units are seen outside their region: a way to see activations. */
export class SerialBoardController extends Component {
    static template = "serial_dossier.SerialBoardView";
    static components = { ActionHelper, CogMenu, Layout, SearchBar, SerialBoard };
    static props = { ...standardViewProps, Model: Function, state: { type: Object, optional: true } };

    setup() {
        this.local = { days: 90, sort: "low", ascending: false, ...this.props.state?.board };
        this.model = useModel(this.props.Model, { days: this.local.days });
        this.model.bus.addEventListener("update", () => this.render(true));
        useSetupAction({
            rootRef: useRef("root"),
            getLocalState: () => ({ board: this.local }),
        });
        this.searchBarToggler = useSearchBarToggler();
    }

    get periods() {
        return [
            { days: 30, label: _t("30 days") },
            { days: 90, label: _t("90 days") },
            { days: 365, label: _t("12 months") },
        ];
    }

    async choose(days) {
        this.local.days = this.model.days = days;
        await this.model.fetch();
    }

    remember(state) {
        Object.assign(this.local, state);
    }
}

registry.category("views").add("serial_board", {
    type: "graph",
    display_name: _t("Leak Board"),
    Controller: SerialBoardController,
    Model: SerialBoardModel,
    searchMenuTypes: ["filter", "favorite"],
    props: (genericProps, view) => ({ ...genericProps, Model: view.Model }),
});
