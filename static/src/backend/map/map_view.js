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
import { SerialMap } from "./map";

export class SerialMapModel extends Model {
    setup({ resModel }) {
        this.resModel = resModel;
        this.keepLast = new KeepLast();
    }

    async load({ domain, context }) {
        this.domain = domain;
        this.context = context;
        this.data = await this.keepLast.add(
            this.orm.call("serial.diversion.map", "get_map", [this.resModel, domain], { context })
        );
        this.notify();
    }

    hasData() {
        return this.data.flows.length > 0;
    }
}

/** Where units were bound and where they turned up: a way to see activations and alerts. */
export class SerialMapController extends Component {
    static template = "serial_dossier.SerialMapView";
    static components = { ActionHelper, CogMenu, Layout, SearchBar, SerialMap };
    static props = { ...standardViewProps, Model: Function, state: { type: Object, optional: true } };

    setup() {
        this.model = useModel(this.props.Model, { resModel: this.props.resModel });
        this.local = { ...this.props.state?.map };
        useSetupAction({
            rootRef: useRef("root"),
            getLocalState: () => ({ map: this.local }),
        });
        this.searchBarToggler = useSearchBarToggler();
    }

    remember(state) {
        Object.assign(this.local, state);
    }
}

registry.category("views").add("serial_map", {
    type: "graph",
    display_name: _t("Map"),
    Controller: SerialMapController,
    Model: SerialMapModel,
    searchMenuTypes: ["filter", "favorite"],
    props: (genericProps, view) => ({ ...genericProps, Model: view.Model }),
});
